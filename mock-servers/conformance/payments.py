"""Pays through Stripe's official Python client, unchanged but for its base URL, and prints what passed.

    pip install stripe==16.1.0
    mock-provider payments --port 9110 &
    python mock-servers/conformance/payments.py http://127.0.0.1:9110
"""

import sys
import time
import traceback
import uuid

import stripe


class Run:
    def __init__(self, url):
        self.client = stripe.StripeClient("sk_test_mock", base_addresses={"api": url}, max_network_retries=0)
        self.intents = self.client.v1.payment_intents
        self.refunds = self.client.v1.refunds
        self.events = self.client.v1.events
        self.failed = 0

    def authorize(self, token="pm_card_visa", amount=12345, key=None, **more):
        params = {
            "amount": amount, "currency": "gbp", "capture_method": "manual", "confirm": True, "payment_method": token,
            "payment_method_types": ["card"], "metadata": {"faremux_reference": "bkg_1"},
            "expand": ["latest_charge"], **more,
        }
        return self.intents.create(params, {"idempotency_key": key} if key else None)

    def refused(self, kind, code, call):
        try:
            call()
        except kind as error:
            assert error.code == code, (error.code, error.user_message)
            return error
        raise AssertionError(f"{code} was expected")

    # What is checked, one behaviour a method.

    def authorizes_captures_and_refunds(self):
        intent = self.authorize()
        assert intent.status == "requires_capture" and intent.amount_capturable == 12345
        assert intent.latest_charge.captured is False
        captured = self.intents.capture(intent.id, {"expand": ["latest_charge"]})
        assert captured.status == "succeeded" and captured.amount_received == 12345
        refund = self.refunds.create({"payment_intent": intent.id, "amount": 345})
        assert refund.status == "succeeded" and refund.payment_intent == intent.id
        rest = self.refunds.create({"payment_intent": intent.id, "expand": ["payment_intent.latest_charge"]})
        assert rest.amount == 12000 and rest.payment_intent.latest_charge.amount_refunded == 12345
        assert rest.payment_intent.latest_charge.refunded is True
        assert self.refunds.retrieve(refund.id).amount == 345
        assert len(self.refunds.list({"payment_intent": intent.id}).data) == 2
        self.refused(
            stripe.InvalidRequestError, "charge_already_refunded",
            lambda: self.refunds.create({"payment_intent": intent.id}))

    def captures_less_than_authorized(self):
        intent = self.authorize()
        captured = self.intents.capture(intent.id, {"amount_to_capture": 12000, "expand": ["latest_charge"]})
        assert captured.amount_received == 12000 and captured.latest_charge.amount_refunded == 0

    def refuses_to_capture_more_than_authorized_or_twice(self):
        intent = self.authorize()
        self.refused(
            stripe.InvalidRequestError, "amount_too_large",
            lambda: self.intents.capture(intent.id, {"amount_to_capture": 12346}))
        self.intents.capture(intent.id)
        error = self.refused(
            stripe.InvalidRequestError, "payment_intent_unexpected_state", lambda: self.intents.capture(intent.id))
        assert error.http_status == 400 and error.error.payment_intent.status == "succeeded"

    def lists_refunds_newest_first(self):
        intent = self.authorize()
        self.intents.capture(intent.id)
        made = [
            self.refunds.create(
                {"payment_intent": intent.id, "amount": 100, "metadata": {"faremux_reference": f"bkg_1 {n}"}}).id
            for n in range(3)]
        first = self.refunds.list({"payment_intent": intent.id, "limit": 2})
        assert first.has_more and [item.id for item in first.data] == [made[2], made[1]]
        every = list(first.auto_paging_iter())
        assert [item.id for item in every] == made[::-1] and every[2].metadata["faremux_reference"] == "bkg_1 0"

    def settled(self, refund):
        end = time.monotonic() + 10
        while time.monotonic() < end:
            seen = self.refunds.retrieve(refund.id)
            if seen.status != refund.status:
                return seen
            time.sleep(0.2)
        raise AssertionError(f"{refund.id} is still {refund.status}")

    def refunds_that_are_pending_succeed(self):
        intent = self.authorize("pm_card_pendingRefund")
        self.intents.capture(intent.id)
        refund = self.refunds.create({"payment_intent": intent.id})
        assert refund.status == "pending" and self.settled(refund).status == "succeeded"

    def refunds_may_fail_after_they_succeeded(self):
        intent = self.authorize("pm_card_refundFail")
        self.intents.capture(intent.id)
        refund = self.refunds.create({"payment_intent": intent.id})
        assert refund.status == "succeeded"
        failed = self.settled(refund)
        assert failed.status == "failed" and failed.failure_reason == "expired_or_canceled_card"
        told = self.events.list({"type": "refund.failed", "created": {"gte": failed.created}})
        event = next(event for event in told.auto_paging_iter() if event.data.object.id == failed.id)
        assert event.created >= failed.created and event.data.object.status == "failed"
        assert not self.events.list({"type": "refund.created"}).data
        charge = self.intents.retrieve(intent.id, {"expand": ["latest_charge"]}).latest_charge
        assert charge.amount_refunded == 0 and charge.refunded is False
        assert self.refunds.create({"payment_intent": intent.id}).amount == 12345

    def authorizes_and_cancels(self):
        intent = self.authorize()
        canceled = self.intents.cancel(intent.id)
        assert canceled.status == "canceled" and canceled.canceled_at
        error = self.refused(
            stripe.InvalidRequestError, "payment_intent_unexpected_state", lambda: self.intents.cancel(intent.id))
        assert error.error.payment_intent.status == "canceled"
        self.refused(
            stripe.InvalidRequestError, "payment_intent_unexpected_state", lambda: self.intents.capture(intent.id))

    def declines(self):
        key = str(uuid.uuid4())
        error = self.refused(
            stripe.CardError, "card_declined", lambda: self.authorize("pm_card_visa_chargeDeclined", key=key))
        assert error.http_status == 402 and error.error.decline_code == "generic_decline"
        assert error.error.payment_intent.status == "requires_payment_method"
        again = self.refused(
            stripe.CardError, "card_declined", lambda: self.authorize("pm_card_visa_chargeDeclined", key=key))
        assert again.error.payment_intent.id == error.error.payment_intent.id
        assert again.headers["idempotent-replayed"] == "true"

    def wants_an_action(self):
        intent = self.authorize("pm_card_authenticationRequired")
        assert intent.status == "requires_action" and intent.next_action.type == "use_stripe_sdk"
        assert self.intents.cancel(intent.id).status == "canceled"

    def creates_and_confirms_apart(self):
        intent = self.intents.create({"amount": 500, "currency": "jpy", "capture_method": "manual"})
        assert intent.status == "requires_payment_method"
        assert self.intents.confirm(intent.id, {"payment_method": "pm_card_visa"}).status == "requires_capture"

    def repeats_its_answer_under_a_key(self):
        key = str(uuid.uuid4())
        first, second = self.authorize(key=key), self.authorize(key=key)
        assert first.id == second.id and second.last_response.headers["idempotent-replayed"] == "true"
        try:
            self.authorize(amount=1, key=key)
        except stripe.IdempotencyError as error:
            assert error.http_status == 400
        else:
            raise AssertionError("an IdempotencyError was expected")

    def finds(self):
        reference = f"bkg_{uuid.uuid4()}"
        intent = self.authorize(metadata={"faremux_reference": reference})
        assert self.intents.retrieve(intent.id).metadata["faremux_reference"] == reference
        query = f"metadata['faremux_reference']:'{reference}' AND status:'requires_capture'"
        found = self.intents.search({"query": query, "expand": ["data.latest_charge"]})
        assert [hit.id for hit in found.data] == [intent.id] and found.data[0].latest_charge.object == "charge"
        span = {"gte": intent.created, "lte": intent.created}
        spanned = self.intents.list({"created": span, "limit": 1, "expand": ["data.latest_charge"]})
        assert intent.id in [item.id for item in spanned.auto_paging_iter()]
        assert not self.intents.list({"created": {"gt": intent.created + 60}}).data
        listed = self.intents.list({"limit": 2})
        assert intent.id in [item.id for item in listed.auto_paging_iter()]
        self.refused(stripe.InvalidRequestError, "resource_missing", lambda: self.intents.retrieve("pi_none"))
        self.refused(stripe.InvalidRequestError, "resource_missing", lambda: self.authorize("pm_none"))

    def all(self):
        for name, check in vars(Run).items():
            if name.startswith("_") or name in ("authorize", "refused", "settled", "all"):
                continue
            try:
                check(self)
                print(f"passed  {name}")
            except Exception:
                self.failed += 1
                print(f"FAILED  {name}\n{traceback.format_exc()}")
        return self.failed


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(1 if Run(sys.argv[1]).all() else 0)
