internal import ArgumentParser
internal import Cryptography
internal import Redline
internal import Verification
internal import Wording

/// `syngraph inspect FILE` or `syngraph inspect ID`
struct Inspect: Verb {
    static let configuration = CommandConfiguration(
        abstract: "Show any record in readable form: a bundle, a card, a key's public half, or one record by its id.",
        discussion: """
            Examples:

              syngraph inspect agreement.syngraph
              syngraph inspect 9a8b7c6d --in agreement.syngraph

            It shows what is written and judges nothing; that is what verify is for.
            """)

    @Argument(help: "A file, or at least eight digits of a record's id.") var subject: String
    @OptionGroup var source: RoadmapSource
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        if FileReading.exists(subject) {
            try inspectFile(FileReading.bytes(of: subject), voice)
        } else {
            guard let prefix = try? IDPrefix(subject) else { throw Complaint.noSuchFile(subject) }
            try await inspectRecord(prefix, voice)
        }
        return .holds
    }

    // MARK: Files

    private func inspectFile(_ bytes: [UInt8], _ voice: CommandVoice) throws(Complaint) {
        if bytes.starts(with: "-----BEGIN ".utf8) {
            try inspectPEM(String(decoding: bytes, as: UTF8.self), voice)
        } else if let listing = BundleListing(bytes) {
            inspect(listing, voice)
        } else if let reading = RecordReading(bytes) {
            say([reading], voice)
        } else {
            throw Complaint(
                .notOurFormat, "unknown-format", "\(terminalSafe(subject)) is no file of ours that this version knows")
        }
    }

    private func inspect(_ listing: BundleListing, _ voice: CommandVoice) {
        if wantsJSON {
            voice.result(
                .object([
                    ("kind", .string("bundle")), ("roadmap", listing.roadmap.map { .string($0.hex) } ?? .null),
                    ("scope", .string(listing.scope)), ("records", .array(listing.records.map(json))),
                    ("fault", listing.fault.map { .string($0) } ?? .null),
                ]))
            return
        }
        let roadmap = listing.roadmap?.hex ?? "nothing"
        voice.result("bundle of scope \(listing.scope), \(Quoting.count(listing.records.count, "record"))")
        voice.result(voice.marked("roadmap \(roadmap)", .faint))
        let rows = listing.records.map { record in
            [
                "\(record.place)", "@\(record.offset)", record.reading?.id.map(Quoting.short) ?? "-",
                record.reading?.headline ?? "a record of kind \(record.kind) that cannot be read",
            ]
        }
        voice.result(voice.table(rows))
        if let fault = listing.fault { voice.result(voice.marked("it cannot be read further: \(fault)", .bad)) }
    }

    private func json(_ record: PlacedRecord) -> JSONValue {
        .object([
            ("record", .number(record.place)), ("offset", .number(record.offset)),
            ("kind", .number(record.kind)), ("id", record.reading?.id.map { .string($0.hex) } ?? .null),
            ("headline", record.reading.map { .string($0.headline) } ?? .null),
        ])
    }

    /// The public half of a key in the clear; of an encrypted one only that it is.
    private func inspectPEM(_ text: String, _ voice: CommandVoice) throws(Complaint) {
        if text.hasPrefix("-----BEGIN CERTIFICATE") {
            return say(
                headline: "a certificate; openssl x509 -in \(terminalSafe(subject)) -noout -text reads it",
                [("kind", .string("certificate"))], voice)
        }
        if let key = try? PublicKeyFile.decode(Array(text.utf8)), !text.contains("PRIVATE KEY-----") {
            return say(
                headline: "a public key, \(key.algorithm.name), \(key.id)",
                [
                    ("kind", .string("public-key")), ("key", .string(key.id.digest.hex)),
                    ("public", .string(Hexadecimal.text(of: key.rawRepresentation))),
                ], voice)
        }
        do throws(SealedKeyFile.Refusal) {
            let key = try SealedKeyFile.decode(text, passphrase: nil).publicKey
            say(
                headline: "a private key in the clear, \(key.algorithm.name), of public key \(key.id)",
                [
                    ("kind", .string("key")), ("encrypted", .bool(false)), ("key", .string(key.id.digest.hex)),
                    ("public", .string(Hexadecimal.text(of: key.rawRepresentation))),
                ], voice)
        } catch {
            switch error {
            case .passphraseNeeded:
                say(
                    headline: "a private key, encrypted with a passphrase; its card shows its public half",
                    [("kind", .string("key")), ("encrypted", .bool(true)), ("key", .null), ("public", .null)], voice)
            case .notAKeyFile, .wrongPassphraseOrDamaged, .notOfOurKinds:
                throw Complaint(
                    .notOurFormat, "not-a-key-file", "\(terminalSafe(subject)) holds no key of ours")
            }
        }
    }

    // MARK: One record

    private func inspectRecord(_ prefix: IDPrefix, _ voice: CommandVoice) async throws {
        guard let listing = BundleListing(try await source.bundleBytes()) else {
            throw Complaint.notABundle(source.bundle ?? "the home")
        }
        let readings = listing.records.compactMap(\.reading)
        let id = try prefix.resolve(among: readings.compactMap(\.id), noun: "record", place: source.place)
        say(readings.filter { $0.id == id }, voice)
    }

    private func say(headline: String, _ fields: [(String, JSONValue)], _ voice: CommandVoice) {
        if wantsJSON { voice.result(.object(fields)) } else { voice.result(headline) }
    }

    /// A record; where several keys signed one payload, each of its envelopes.
    private func say(_ readings: [RecordReading], _ voice: CommandVoice) {
        if wantsJSON {
            let first = readings[0]
            voice.result(
                .object([
                    ("kind", .string(first.kind)), ("id", first.id.map { .string($0.hex) } ?? .null),
                    ("headline", .string(first.headline)), ("values", .array(readings.map(\.value))),
                ]))
            return
        }
        for reading in readings {
            voice.result(voice.paragraph(voice.marked(reading.headline, .heading)))
            if let id = reading.id { voice.result(voice.marked("id \(id.hex)", .faint)) }
            voice.result(ReadableTree.text(of: reading.value, columns: voice.columns))
        }
    }
}

/// Fields and lists as an indented outline, safe for a terminal.
enum ReadableTree {
    static func text(of value: JSONValue, columns: Int) -> String {
        var lines: [String] = []
        write(value, indent: 0, columns, to: &lines)
        return lines.joined(separator: "\n")
    }

    private static func write(_ value: JSONValue, indent: Int, _ columns: Int, to lines: inout [String]) {
        switch value {
        case .object(let fields):
            for field in fields { write(field.value, label: safe(field.name), indent: indent, columns, to: &lines) }
        case .array(let items):
            for item in items { write(item, label: "-", indent: indent, columns, to: &lines) }
        default: lines.append(String(repeating: " ", count: indent) + plain(value))
        }
    }

    private static func write(
        _ value: JSONValue, label: String, indent: Int, _ columns: Int, to lines: inout [String]
    ) {
        let margin = String(repeating: " ", count: indent)
        let mark = label == "-" ? "- " : "\(label): "
        switch value {
        case .object([]), .array([]): lines.append("\(margin)\(mark)none")
        case .object, .array:
            lines.append(margin + mark.dropLast())
            write(value, indent: indent + 2, columns, to: &lines)
        case .string(let text) where text.contains("\n") || displayWidth(of: text) + indent + 24 > columns:
            let isDigits = text.allSatisfy(\.isHexDigit)
            lines.append(margin + mark + (isDigits ? text : ""))
            if !isDigits { lines.append(wrapped(text, columns: columns, indent: indent + 2)) }
        default: lines.append(margin + mark + plain(value))
        }
    }

    private static func plain(_ value: JSONValue) -> String {
        switch value {
        case .null: "nothing"
        case .bool(let truth): truth ? "yes" : "no"
        case .string(let text): safe(text)
        case .number, .negative, .array, .object: value.text
        }
    }

    private static func safe(_ text: String) -> String { terminalSafe(text) }
}
