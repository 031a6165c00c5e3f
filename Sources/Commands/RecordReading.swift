internal import Agreement
internal import CanonicalEncoding
internal import Cryptography
internal import Identity
internal import Verification
internal import Wording

/// Any record of ours in readable form; what it says is not judged here.
struct RecordReading {
    /// The word for what it is: `instrument`, `seal`, `keys`, `withdrawal`, `state`, `card`.
    let kind: String
    /// The digest by which others name it, where they do.
    let id: Digest?
    /// One line, safe for a terminal.
    let headline: String
    /// Its fields, a signed statement's with the payload in place of the envelope.
    let value: JSONValue
}

extension RecordReading {
    /// Reads a record from its bytes; nil for bytes that are no record of ours.
    init?(_ bytes: [UInt8]) {
        if let card = try? PartyCard(encoded: bytes) {
            self.init(card)
        } else if let value = try? CanonicalDecoder.decode(bytes) {
            self.init(value, bytes)
        } else {
            return nil
        }
    }

    private init?(_ value: CanonicalValue, _ bytes: [UInt8]) {
        switch value {
        case .tagged(18, _): self.init(envelope: bytes)
        case .map(let map):
            guard case .text(let type)? = map[.text("type")] else { return nil }
            switch type.string {
            case Instrument.type:
                guard let instrument = try? Instrument(payload: bytes) else { return nil }
                self.init(instrument)
            case Seal.type:
                guard let seal = try? Seal(payload: bytes) else { return nil }
                self.init(seal, signer: nil)
            case KeyStatement.type:
                guard let statement = try? KeyStatement(payload: bytes) else { return nil }
                self.init(statement, signer: nil)
            case Withdrawal.type:
                guard let withdrawal = try? Withdrawal(payload: bytes) else { return nil }
                self.init(withdrawal, signer: nil)
            case StateCertificate.type:
                guard let certificate = try? StateCertificate(payload: bytes) else { return nil }
                self.init(certificate, signer: nil)
            default:
                self.init(
                    kind: "record", id: Digest(of: bytes), headline: "a record of type \(Quoting.quoted(type))",
                    value: JSONValue(value))
            }
        default: return nil
        }
    }

    /// An envelope with one signature, of whichever kind.
    private init?(envelope bytes: [UInt8]) {
        if let statement = try? SignedStatement(encoded: bytes, expecting: .seal),
            let seal = try? Seal(payload: statement.payload)
        {
            self.init(seal, signer: statement.signer)
        } else if let signed = try? SignedStatement(encoded: bytes, expecting: .keys),
            let statement = try? KeyStatement(payload: signed.payload)
        {
            self.init(statement, signer: signed.signer)
        } else if let signed = try? SignedStatement(encoded: bytes, expecting: .withdrawal),
            let withdrawal = try? Withdrawal(payload: signed.payload)
        {
            self.init(withdrawal, signer: signed.signer)
        } else if let statement = try? SignedStatement(encoded: bytes, expecting: .state),
            let certificate = try? StateCertificate(payload: statement.payload)
        {
            self.init(certificate, signer: statement.signer)
        } else {
            for kind in StatementKind.allCases {
                guard let statement = try? SignedStatement(encoded: bytes, expecting: kind),
                    let value = try? CanonicalDecoder.decode(statement.payload)
                else { continue }
                self.init(
                    kind: kind.rawValue, id: Digest(of: statement.payload),
                    headline: "a statement of kind \(kind.rawValue), with one signature by key "
                        + Quoting.short(statement.signer.digest),
                    value: Self.signed(JSONValue(value), statement.signer))
                return
            }
            return nil
        }
    }

    private init(_ instrument: Instrument) {
        let title = Quoting.quoted(instrument.title.text(in: instrument.languages[0]))
        let kind = instrument.isFounding ? "the founding" : "instrument"
        let replaced = instrument.replaces.map(Quoting.short)
        let repeals = instrument.changes.count { $0.content == nil }
        let writes = Quoting.count(instrument.changes.count - repeals, "provision")
        self.init(
            kind: "instrument", id: instrument.id,
            headline: "\(kind) \(title), proposed in the name of \(instrument.proposer), writes \(writes)"
                + (repeals == 0 ? "" : " and repeals \(repeals)")
                + (replaced.isEmpty ? "" : ", replaces \(Quoting.list(replaced))"),
            value: Self.fields(of: instrument.payload))
    }

    private init(_ seal: Seal, signer: KeyID?) {
        let conditions = seal.provided.isEmpty ? "" : ", provided \(Quoting.list(seal.provided.map(Quoting.short)))"
        let signature = signer.map { "signed by key \(Quoting.short($0.digest))" } ?? "not signed yet"
        let act = "\(seal.party) \(seal.verdict.presentTense) \(Quoting.short(seal.instrument))\(conditions)"
        self.init(
            kind: signer == nil ? "seal-request" : "seal", id: seal.id,
            headline: "seal: \(act), at \(Timestamp.text(seal.at)) by its own clock; \(signature)",
            value: Self.signed(Self.fields(of: seal.payload), signer))
    }

    private init(_ statement: KeyStatement, signer: KeyID?) {
        let act =
            statement.record.map { record in
                "\(Quoting.count(record.seal.keys.count, "seal key")), \(record.seal.threshold) must sign; "
                    + Quoting.count(record.nodes.count, "node")
            } ?? "a freeze"
        let acknowledged =
            statement.acknowledges.isEmpty
            ? "" : "; acknowledges \(Quoting.count(statement.acknowledges.count, "statement"))"
        self.init(
            kind: "keys", id: statement.id,
            headline: "keys of \(statement.party), version \(statement.version) upon "
                + "\(Quoting.short(statement.previous)): \(act)\(acknowledged); \(Self.signature(signer))",
            value: Self.signed(Self.fields(of: statement.payload), signer))
    }

    private init(_ withdrawal: Withdrawal, signer: KeyID?) {
        let standings = Quoting.list(withdrawal.rosters.keys.sorted())
        self.init(
            kind: "withdrawal", id: withdrawal.id,
            headline: "withdrawal: \(withdrawal.stage.rawValue) of \(withdrawal.party) leaving as \(standings), at "
                + "\(Timestamp.text(withdrawal.at)) by its own clock; \(Self.signature(signer))",
            value: Self.signed(Self.fields(of: withdrawal.payload), signer))
    }

    private static func signature(_ signer: KeyID?) -> String {
        signer.map { "signed by key \(Quoting.short($0.digest))" } ?? "not signed"
    }

    private init(_ certificate: StateCertificate, signer: KeyID?) {
        self.init(
            kind: "state", id: certificate.id,
            headline: "state certificate \(certificate.sequence) of \(certificate.party)'s node: text "
                + "\(Quoting.short(certificate.inForce)), at \(Timestamp.text(certificate.at)) by its own clock; "
                + Self.signature(signer),
            value: Self.signed(Self.fields(of: certificate.payload), signer))
    }

    private init(_ card: PartyCard) {
        let record = card.record
        let name = Quoting.quoted(record.names.text(in: nil))
        self.init(
            kind: "card", id: record.id,
            headline: "card of \(card.party), \(name): \(Quoting.count(record.seal.keys.count, "seal key")), "
                + "\(record.seal.threshold) must sign; \(Quoting.count(record.recovery.keys.count, "recovery key")), "
                + "\(Quoting.count(record.nodes.count, "node")); every key signed it",
            value: .object([
                ("party", .string(card.party.string)), ("record", JSONValue(record.value)),
                ("keys", .array(record.allKeys.map { .string($0.id.digest.hex) })),
            ]))
    }

    private static func fields(of payload: [UInt8]) -> JSONValue {
        (try? CanonicalDecoder.decode(payload)).map(JSONValue.init) ?? .null
    }

    private static func signed(_ payload: JSONValue, _ signer: KeyID?) -> JSONValue {
        guard let signer else { return payload }
        return .object([("signer", .string(signer.digest.hex)), ("payload", payload)])
    }
}

/// A record in a bundle, with its place.
struct PlacedRecord {
    let place: Int
    let offset: Int
    let kind: UInt64
    let bytes: [UInt8]
    let reading: RecordReading?
}

/// The records of a bundle one after the other, good or not.
struct BundleListing {
    let roadmap: Digest?
    let scope: String
    let records: [PlacedRecord]
    /// What stopped the reading before the end, if something did.
    let fault: String?

    /// Nil for bytes that do not begin as a bundle does.
    init?(_ bytes: [UInt8]) {
        var decoder = CanonicalDecoder(bytes)
        guard let header = try? decoder.value(), case .array(let parts) = header, parts.count == 3,
            case .text(let type) = parts[0], BundleVersion(rawValue: type.string) != nil,
            case .bytes(let id) = parts[1], case .text(let scope) = parts[2]
        else { return nil }
        roadmap = Digest(id)
        self.scope = Quoting.readable(.text(scope))
        var records: [PlacedRecord] = []
        var fault: String?
        do throws(DecodingRefusal) {
            while !decoder.isAtEnd {
                let offset = decoder.offset
                guard case .array(let item) = try decoder.value(), item.count == 2, case .unsigned(let kind) = item[0],
                    case .bytes(let content) = item[1]
                else { continue }
                records.append(
                    PlacedRecord(
                        place: records.count, offset: offset, kind: kind, bytes: content,
                        reading: RecordReading(content)))
            }
        } catch {
            fault = Quoting.readable(.text(ExactText("at byte \(decoder.offset): \(error.description)")))
        }
        self.records = records
        self.fault = fault
    }
}
