/// An airline of the mock world: who it is, and where its flights begin and end. There is one of each code.
final class Carrier: Sendable, Hashable {
    /// How an airline prices and sells.
    enum Kind: Sendable { case network, lowCost }

    /// The IATA designator: `BA`.
    let code: String
    let name: String
    let kind: Kind
    /// Airports it is based at, by IATA code.
    let bases: [String]
    /// `oneworld`, `star` or `skyteam`; nil for none. Members sell connections on each other's flights.
    let alliance: String?
    /// The id of the only mock that sells it; nil where all may.
    let soleSeller: String?

    /// All of them, in a fixed order.
    static let all: [Carrier] = networkCarriers + lowCostCarriers

    /// By code.
    static let byCode = Dictionary(uniqueKeysWithValues: all.map { ($0.code, $0) })

    /// Those based at an airport, by its code.
    static let byBase = Dictionary(
        grouping: all.flatMap { carrier in carrier.bases.map { (base: $0, carrier: carrier) } }, by: \.base
    ).mapValues { $0.map(\.carrier) }

    /// Airports where a network carrier is based: those that connections go through.
    static let hubs: [String] = Set(networkCarriers.flatMap(\.bases)).sorted()

    static func == (left: Carrier, right: Carrier) -> Bool { left === right }

    func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }

    /// The others that fly for it now and then: members of its alliance that every mock sells.
    static let partners = Dictionary(
        uniqueKeysWithValues: all.map { carrier in
            (
                carrier,
                all.filter {
                    $0.alliance != nil && $0.alliance == carrier.alliance && $0.soleSeller == nil && $0 != carrier
                }
            )
        })

    private init(_ row: String, kind: Kind) {
        // code|name|bases|alliance or -|sole seller or -
        let fields = row.split(separator: "|").map(String.init)
        code = fields[0]
        name = fields[1]
        bases = fields[2].split(separator: " ").map(String.init)
        alliance = fields[3] == "-" ? nil : fields[3]
        soleSeller = fields[4] == "-" ? nil : fields[4]
        self.kind = kind
    }

    private static let networkCarriers = rows(networkRows).map { Carrier($0, kind: .network) }
    private static let lowCostCarriers = rows(lowCostRows).map { Carrier($0, kind: .lowCost) }

    private static func rows(_ table: String) -> [String] { table.split(separator: "\n").map(String.init) }

    private static let networkRows = """
        BA|British Airways|LHR LGW LCY|oneworld|-
        VS|Virgin Atlantic|LHR|skyteam|-
        IB|Iberia|MAD|oneworld|-
        UX|Air Europa|MAD|skyteam|-
        AF|Air France|CDG ORY|skyteam|-
        KL|KLM|AMS|skyteam|-
        LH|Lufthansa|FRA MUC|star|-
        LX|Swiss|ZRH GVA|star|-
        OS|Austrian|VIE|star|-
        SN|Brussels Airlines|BRU|star|-
        SK|SAS|CPH ARN OSL|skyteam|-
        AY|Finnair|HEL|oneworld|-
        TP|TAP Air Portugal|LIS|star|-
        AZ|ITA Airways|FCO LIN|star|-
        EI|Aer Lingus|DUB|-|ndc
        FI|Icelandair|KEF|-|amadeus
        LO|LOT|WAW|star|-
        A3|Aegean|ATH|star|-
        TK|Turkish Airlines|IST|star|-
        AA|American Airlines|DFW JFK ORD MIA CLT PHL LAX|oneworld|-
        DL|Delta|ATL JFK DTW MSP SEA SLC BOS|skyteam|-
        UA|United|EWR ORD DEN IAH SFO IAD LAX|star|-
        AS|Alaska Airlines|SEA PDX|oneworld|-
        HA|Hawaiian Airlines|HNL|-|-
        AC|Air Canada|YYZ YVR YUL|star|-
        WS|WestJet|YYC|-|duffel
        AM|Aeromexico|MEX|skyteam|-
        CM|Copa|PTY|star|-
        AV|Avianca|BOG|star|-
        LA|LATAM|SCL GRU LIM|-|-
        AR|Aerolineas Argentinas|EZE AEP|skyteam|-
        EK|Emirates|DXB|-|-
        QR|Qatar Airways|DOH|oneworld|-
        EY|Etihad|AUH|-|ndc
        SV|Saudia|JED RUH|skyteam|-
        MS|Egyptair|CAI|star|-
        RJ|Royal Jordanian|AMM|oneworld|-
        ET|Ethiopian|ADD|star|-
        KQ|Kenya Airways|NBO|skyteam|-
        SA|South African Airways|JNB|star|-
        AT|Royal Air Maroc|CMN|oneworld|-
        AI|Air India|DEL BOM|star|-
        UL|SriLankan|CMB|oneworld|-
        SQ|Singapore Airlines|SIN|star|-
        MH|Malaysia Airlines|KUL|oneworld|-
        TG|Thai Airways|BKK|star|-
        VN|Vietnam Airlines|SGN HAN|skyteam|-
        PR|Philippine Airlines|MNL|-|-
        GA|Garuda Indonesia|CGK|skyteam|-
        CX|Cathay Pacific|HKG|oneworld|-
        CI|China Airlines|TPE|skyteam|-
        BR|EVA Air|TPE|star|-
        KE|Korean Air|ICN|skyteam|-
        JL|Japan Airlines|HND NRT|oneworld|-
        NH|ANA|HND NRT|star|-
        CA|Air China|PEK|star|-
        MU|China Eastern|PVG|skyteam|-
        CZ|China Southern|CAN|-|-
        QF|Qantas|SYD MEL|oneworld|-
        VA|Virgin Australia|BNE SYD|-|kiwi
        NZ|Air New Zealand|AKL|star|-
        """

    private static let lowCostRows = """
        U2|easyJet|LGW LTN GVA MXP BER CDG EDI|-|duffel
        FR|Ryanair|DUB STN BGY MAD BCN BER|-|kiwi
        VY|Vueling|BCN ORY FCO MAD|-|amadeus
        W6|Wizz Air|BUD LTN OTP WAW|-|kiwi
        DY|Norwegian|OSL CPH ARN|-|ndc
        EW|Eurowings|DUS CGN HAM BER|-|-
        TO|Transavia France|ORY|-|ndc
        PC|Pegasus|SAW ADB|-|-
        B6|JetBlue|JFK BOS FLL|-|duffel
        WN|Southwest|MDW DAL DEN LAS BWI|-|sabre
        NK|Spirit|FLL DTW EWR|-|amadeus
        F9|Frontier|DEN MCO|-|ndc
        Y4|Volaris|MEX GDL TIJ|-|-
        G3|Gol|GIG CGH GRU|-|-
        AD|Azul|VCP CNF|-|duffel
        FZ|flydubai|DXB|-|amadeus
        G9|Air Arabia|SHJ|-|-
        6E|IndiGo|DEL BOM BLR|-|-
        AK|AirAsia|KUL|-|duffel
        TR|Scoot|SIN|-|amadeus
        VJ|VietJet|SGN HAN|-|ndc
        5J|Cebu Pacific|MNL CEB|-|-
        7C|Jeju Air|ICN GMP|-|ndc
        MM|Peach|KIX NRT|-|duffel
        JQ|Jetstar|MEL SYD BNE|-|-
        """
}
