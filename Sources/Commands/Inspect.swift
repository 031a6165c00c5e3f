internal import ArgumentParser
internal import CanonicalEncoding
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
              syngraph inspect agreement.syngraph --brief
              syngraph inspect 9a8b7c6d --in agreement.syngraph

            Records are shown in CBOR diagnostic notation (RFC 8949), with their ids and with what was found of each \
            signature by itself: good, false, or by a key that no record of the file carries. What follows from them \
            is for verify to say.
            """)

    @Argument(help: "A file, or at least eight digits of a record's id.") var subject: String
    @Flag(help: "Of a bundle one line for each record.") var brief = false
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
            let record = (bytes, reading)
            say([record], SignatureFindings(records: [bytes]), voice)
        } else {
            throw Complaint(
                .notOurFormat, "unknown-format", "\(terminalSafe(subject)) is no file of ours that this version knows")
        }
    }

    private func inspect(_ listing: BundleListing, _ voice: CommandVoice) {
        let signatures = SignatureFindings(records: listing.records.map(\.bytes))
        if wantsJSON {
            voice.result(
                .object([
                    ("kind", .string("bundle")), ("roadmap", listing.roadmap.map { .string($0.hex) } ?? .null),
                    ("scope", .string(listing.scope)),
                    ("records", .array(listing.records.map { json($0, signatures) })),
                    ("fault", listing.fault.map { .string($0) } ?? .null),
                ]))
            return
        }
        let roadmap = listing.roadmap?.hex ?? "nothing"
        voice.result("bundle of scope \(listing.scope), \(Quoting.count(listing.records.count, "record"))")
        voice.result(voice.marked("roadmap \(roadmap)", .faint))
        if brief {
            voice.result(voice.table(listing.records.map(row)))
        } else {
            for record in listing.records {
                voice.result()
                voice.result(
                    voice.marked("record \(record.place), kind \(record.kind), at byte \(record.offset)", .faint))
                say(record.bytes, record.reading, signatures, voice)
            }
        }
        if let fault = listing.fault { voice.result(voice.marked("it cannot be read further: \(fault)", .bad)) }
    }

    private func row(_ record: PlacedRecord) -> [String] {
        [
            "\(record.place)", "@\(record.offset)", record.reading?.id.map(Quoting.short) ?? "-",
            record.reading?.headline ?? "a record of kind \(record.kind) that cannot be read",
        ]
    }

    private func json(_ record: PlacedRecord, _ signatures: SignatureFindings) -> JSONValue {
        .object([
            ("record", .number(record.place)), ("offset", .number(record.offset)),
            ("kind", .number(record.kind)), ("id", record.reading?.id.map { .string($0.hex) } ?? .null),
            ("headline", record.reading.map { .string($0.headline) } ?? .null),
            ("diagnostic", Self.diagnostic(record.bytes).map { .string($0) } ?? .null),
            ("signatures", Self.json(signatures.findings(on: record.bytes))),
        ])
    }

    /// Nil for bytes that are not in the one encoding. A sequence, as a card is, has one notation after the other.
    private static func diagnostic(_ bytes: [UInt8]) -> String? {
        var decoder = CanonicalDecoder(bytes)
        var items: [String] = []
        while !decoder.isAtEnd {
            guard let value = try? decoder.value() else { return nil }
            items.append(DiagnosticNotation.line(of: value))
        }
        return items.joined(separator: ", ")
    }

    private static func json(_ findings: [SignatureFindings.Finding]) -> JSONValue {
        .array(
            findings.map { finding in
                .object([
                    ("key", .string(finding.key.digest.hex)), ("good", finding.isGood.map { .bool($0) } ?? .null),
                ])
            })
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
        let records = listing.records.compactMap { record in record.reading.map { (record.bytes, $0) } }
        let id = try prefix.resolve(among: records.compactMap(\.1.id), noun: "record", place: source.place)
        say(records.filter { $0.1.id == id }, SignatureFindings(records: listing.records.map(\.bytes)), voice)
    }

    private func say(headline: String, _ fields: [(String, JSONValue)], _ voice: CommandVoice) {
        if wantsJSON { voice.result(.object(fields)) } else { voice.result(headline) }
    }

    /// A record; where several keys signed one payload, each of its envelopes.
    private func say(_ records: [([UInt8], RecordReading)], _ signatures: SignatureFindings, _ voice: CommandVoice) {
        guard wantsJSON else {
            for (bytes, reading) in records { say(bytes, reading, signatures, voice) }
            return
        }
        let first = records[0].1
        voice.result(
            .object([
                ("kind", .string(first.kind)), ("id", first.id.map { .string($0.hex) } ?? .null),
                ("headline", .string(first.headline)), ("values", .array(records.map(\.1.value))),
                ("diagnostic", .array(records.map { Self.diagnostic($0.0).map { .string($0) } ?? .null })),
                ("signatures", Self.json(records.flatMap { signatures.findings(on: $0.0) })),
            ]))
    }

    private func say(
        _ bytes: [UInt8], _ reading: RecordReading?, _ signatures: SignatureFindings, _ voice: CommandVoice
    ) {
        if let reading { voice.result(voice.paragraph(voice.marked(reading.headline, .heading))) }
        if let id = reading?.id { voice.result(voice.marked("id \(id.hex)", .faint)) }
        for finding in signatures.findings(on: bytes) {
            let key = "signature by key \(finding.key.digest.hex)"
            switch finding.isGood {
            case true?: voice.result(voice.marked("\(key): good", .good))
            case false?: voice.result(voice.marked("\(key): false", .bad))
            case nil: voice.result(voice.marked("\(key): no record here carries that key", .waiting))
            }
        }
        var decoder = CanonicalDecoder(bytes)
        while !decoder.isAtEnd, let value = try? decoder.value() {
            voice.result(DiagnosticNotation.text(of: value, columns: voice.columns))
        }
    }
}
