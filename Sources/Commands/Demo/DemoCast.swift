/// Who plays in the demo, and how each is connected.
struct DemoCast {
    struct Player {
        let code: String
        let names: [String]
        /// Nil: the node listens nowhere, it only dials.
        let port: Int?
        /// Whom its node keeps to; empty: everybody.
        let keepsTo: [String]

        var endpoint: String? { port.map { "127.0.0.1:\($0)" } }
    }

    let players: [Player]
    /// Enters afterwards as an observer; it has a home and seals, and runs no node.
    let observer = Player(
        code: "IAEA",
        names: [
            "en=International Atomic Energy Agency", "ko=국제원자력기구", "zh=国际原子能机构",
        ], port: nil, keepsTo: [])

    static let codes = ["CHN", "FRA", "GBR", "JPN", "KOR", "PRK", "RUS", "USA"]
    private static let names = [
        "CHN": ["en=People's Republic of China", "ko=중화인민공화국", "zh=中华人民共和国"],
        "FRA": ["en=French Republic", "ko=프랑스 공화국", "zh=法兰西共和国"],
        "GBR": [
            "en=United Kingdom of Great Britain and Northern Ireland", "ko=그레이트브리튼 및 북아일랜드 연합왕국",
            "zh=大不列颠及北爱尔兰联合王国",
        ],
        "JPN": ["en=Japan", "ko=일본국", "zh=日本国"],
        "KOR": ["en=Republic of Korea", "ko=대한민국", "zh=大韩民国"],
        "PRK": ["en=Democratic People's Republic of Korea", "ko=조선민주주의인민공화국", "zh=朝鲜民主主义人民共和国"],
        "RUS": ["en=Russian Federation", "ko=러시아 연방", "zh=俄罗斯联邦"],
        "USA": ["en=United States of America", "ko=미합중국", "zh=美利坚合众国"],
    ]

    /// - Parameter ports: seven free ports: the DPRK listens nowhere, and reaches the others through China alone.
    init(ports: [Int]) {
        var left = ports[...]
        players = Self.codes.map { code in
            Player(
                code: code, names: Self.names[code]!, port: code == "PRK" ? nil : left.popFirst(),
                keepsTo: code == "PRK" ? ["CHN"] : [])
        }
    }
}
