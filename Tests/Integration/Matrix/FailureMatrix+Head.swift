extension FailureMatrix {
    /// What a reader must know first.
    static let head = """
        # The failure matrix

        One thing goes wrong at one step of one booking: what Faremux does then, what its caller is told, and what the ledgers say
        in the end. Every row was played over real processes, and then judged by the auditor of the chaos campaign: ✓ says that
        no invariant is broken and no answer is contradicted. `make failure-matrix` plays and writes it; `make test` plays it and
        fails where this page is not what was seen.

        **What to take from it.** A caller who gets 201 has a ticket, and it is paid for. A caller who gets a 4xx or 502 with
        `outcome none` has no ticket and has paid nothing. 202 says that it is not known yet: the same key gets the final answer
        later. Nothing ends with money and no ticket, or with a ticket and no money, wherever the fault strikes. Seats may be held
        for a little longer than it takes to answer. Two things cost somebody something: a hold at Amadeus whose reply was lost
        can't be asked for, so it is left to its own limit, and the booking says `needs_attention`; and an order that appears after
        "not found" had become proof is cancelled by reconciliation, at the airline's terms.

        **The faults.** `reset_after`: it is done, and the connection is cut. `reset_before`: it is cut, and nothing is done.
        `hang`: silence until the time-out, and nothing is done. `late_apply`: it is cut now and done a second later (at the
        gateway a tenth of one), or 3.5 s later (*after the quarantine*, when "not found" had become proof). `status` 503: an error,
        and nothing is done. `garbage`: it is done, and the answer can't be read. Each strikes once; *lasting*: every call of that
        step is struck until the caller has its first answer, and for 2 s at least.

        **The steps.** hold → authorize → confirm → capture; `order` for an offer that must be ticketed at once. For `void` and
        `release` the confirmation is refused (sold out). For `cancel` and `refund` a ticketed booking is cancelled, and "told" is
        the answer to that. All book one named offer. *Of several offers*: the cheapest is booked, and the next may follow.

        | column | says |
        |---|---|
        | at | the provider; all: the same at duffel, amadeus and ndc |
        | what happened | the booking's timeline from the struck step on: ✓ done, ✗ refused (why), ? not known; what asking told stands behind a colon. After a semicolon: what reconciliation found later and had mended |
        | told first, at last | status and code to the caller at first, and under the same key in the end |
        | booking | its status in the end, and its payment's |
        | ledgers | the state of its orders and payments at the provider's and the gateway's own books |
        | calls | how often the struck call arrived. What may be repeated is repeated by the transport at once (libcurl itself sends again what a kept connection lost), so a fault that strikes once is often seen by nobody |
        | at rest | what had to pass until nothing was left to do |
        | verdict | ✓, or what the auditor found wrong |

        Times here are short (quarantine 2 s, time-outs 1 to 2 s, recovery every second, reconciliation every 2 s); by default the
        quarantine is 10 s, and reconciliation looks every 30 s. How often something that lasts is repeated, and what is refused
        meanwhile, is a matter of time and not shown.

        """
}
