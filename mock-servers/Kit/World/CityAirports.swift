/// Which airports a search for a city looks at, where the city has more than the airlines of this world would use.
///
/// The airport table knows every airfield of a metropolitan area, seaplane bases and heliports among them.
enum CityAirports {
    static let main: [String: [String]] = [
        "LON": ["LHR", "LGW", "STN", "LTN"], "NYC": ["JFK", "EWR", "LGA"], "PAR": ["CDG", "ORY"],
        "MIL": ["MXP", "LIN", "BGY"], "ROM": ["FCO", "CIA"], "STO": ["ARN", "BMA"], "MOW": ["SVO", "DME", "VKO"],
        "BUH": ["OTP"], "REK": ["KEF", "RKV"], "CHI": ["ORD", "MDW"], "WAS": ["IAD", "DCA", "BWI"], "DTT": ["DTW"],
        "QDF": ["DFW", "DAL"], "QLA": ["LAX", "ONT"], "QSF": ["SFO", "OAK", "SJC"], "QMI": ["MIA", "FLL"],
        "YTO": ["YYZ", "YTZ"], "YMQ": ["YUL"], "SAO": ["GRU", "CGH", "VCP"], "RIO": ["GIG", "SDU"], "BHZ": ["CNF"],
        "BUE": ["EZE", "AEP"], "TYO": ["HND", "NRT"], "OSA": ["KIX", "ITM"], "SPK": ["CTS"], "SEL": ["ICN", "GMP"],
        "BJS": ["PEK", "PKX"], "SHA": ["PVG", "SHA"], "JKT": ["CGK", "HLP"], "TCI": ["TFS", "TFN"],
    ]
}
