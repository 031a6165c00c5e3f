/// The instruments that somebody holds, and what can be said of them without looking at a single seal:
/// what each is built on, whether it is well formed, what it conflicts with, what it needs.
///
/// Instruments may arrive in any order. An instrument without a verdict is awaiting records. Nothing said of a
/// judged instrument ever changes when more arrive.
///
/// Readings:
/// - *conflict*: "neither is built on the other" governs both clauses, and nothing conflicts with itself. Two bases
///   that both say "did not exist" name the same version.
/// - *newest*: the newest of some writers of a provision is the one that is built on all the others.
public struct ReferenceGround: Sendable {
    /// The id of the founding instrument: the only thing a verifier has to be told.
    public let roadmap: String
    public private(set) var meaning: ReferenceMeaning
    public private(set) var instruments: [String: ReferenceInstrument] = [:]
    /// Only of what can be judged; who is missing here awaits a record.
    public private(set) var verdicts: [String: ReferenceForm] = [:]
    /// What each well-formed instrument is built on, all the way down.
    public private(set) var beneath: [String: Set<String>] = [:]
    /// What each well-formed instrument names in `base` and `after`.
    public private(set) var directGround: [String: Set<String>] = [:]
    /// Among the well-formed.
    public private(set) var conflicts: [String: Set<String>] = [:]
    /// Of the well-formed.
    public private(set) var needs: [String: [ReferenceNeed]] = [:]
    /// What each well-formed instrument does to the text of all that it is built on.
    private(set) var amendings: [String: ReferenceAmending] = [:]
    private var unjudged: Set<String> = []

    public init(
        roadmap: String, instruments: [ReferenceInstrument] = [], meaning: ReferenceMeaning = .agreed
    ) {
        self.roadmap = roadmap
        self.meaning = meaning
        for instrument in instruments { add(instrument) }
    }

    /// Takes in one instrument and judges whatever can be judged now. Adding one twice changes nothing.
    public mutating func add(_ instrument: ReferenceInstrument) {
        guard instruments[instrument.id] == nil else { return }
        instruments[instrument.id] = instrument
        unjudged.insert(instrument.id)
        var hasJudged = true
        while hasJudged {
            hasJudged = false
            for id in unjudged.sortedBytewise() {
                guard let candidate = instruments[id], let form = judge(candidate) else { continue }
                unjudged.remove(id)
                verdicts[id] = form
                hasJudged = true
                if form == .wellFormed { admit(candidate) }
            }
        }
    }

    private mutating func admit(_ instrument: ReferenceInstrument) {
        let ground = builtOn(by: instrument)
        let rivals = beneath.keys.filter { conflict(instrument, beneath: ground, with: $0) }
        amendings[instrument.id] = amending(of: instrument)
        beneath[instrument.id] = ground
        directGround[instrument.id] = instrument.directGround
        conflicts[instrument.id] = Set(rivals)
        for rival in rivals { conflicts[rival, default: []].insert(instrument.id) }
        needs[instrument.id] = allNeeds(of: instrument)
    }

    /// The same instruments, judged as here, with the meaning that is agreed for whatever is asked now.
    var agreed: ReferenceGround {
        var ground = self
        ground.meaning = .agreed
        return ground
    }

    public func isWellFormed(_ id: String) -> Bool { verdicts[id] == .wellFormed }

    /// Everything in `base` and `after`, and what those are built on.
    ///
    /// - Precondition: Everything it is built on is well formed.
    public func builtOn(by instrument: ReferenceInstrument) -> Set<String> {
        instrument.directGround.reduce(into: instrument.directGround) { $0.formUnion(beneath[$1] ?? []) }
    }

    public func isBuilt(_ later: String, on earlier: String) -> Bool {
        beneath[later]?.contains(earlier) ?? false
    }

    /// What an instrument replaces, and what that replaces which it is built on.
    func replacedOnceItStands(_ id: String) -> Set<String> {
        (beneath[id] ?? []).union([id]).reduce(into: []) { $0.formUnion(instruments[$1]?.replaces ?? []) }
    }

    /// Whether an instrument replaces another, or is built on something that does: where the one stands, the other is
    /// out.
    func answers(_ instrument: ReferenceInstrument, beneath ground: Set<String>, _ other: String) -> Bool {
        instrument.replaces.contains(other) || ground.contains { instruments[$0]?.replaces.contains(other) ?? false }
    }

    // MARK: Conflict

    /// Whether an instrument, which need not be published yet, conflicts with a well-formed one.
    public func conflict(
        _ one: ReferenceInstrument, beneath ground: Set<String>, with otherID: String
    ) -> Bool {
        guard let other = instruments[otherID], let otherGround = beneath[otherID], one.id != otherID,
            !ground.contains(otherID), !otherGround.contains(one.id)
        else { return false }
        return Self.writesWhatIsNamed(one, by: other) || Self.writesWhatIsNamed(other, by: one)
            || meaning.holds(.constitutionalConflict) && Self.bothChangeOneConstitution(one, other)
    }

    /// Writes a provision that the other writes or relies on at the same version.
    private static func writesWhatIsNamed(_ writer: ReferenceInstrument, by other: ReferenceInstrument) -> Bool {
        writer.changes.keys.contains { provision in
            guard let seen = writer.base[provision], let named = other.base[provision] else { return false }
            return seen == named
        }
    }

    /// Both write a rule, a roster or a party record, and name the same version of every rule and roster both name.
    private static func bothChangeOneConstitution(
        _ one: ReferenceInstrument, _ other: ReferenceInstrument
    ) -> Bool {
        guard one.changesConstitution, other.changesConstitution else { return false }
        return one.base.allSatisfy { provision, seen in
            guard Provision.isRuleOrRoster(provision), let named = other.base[provision] else { return true }
            return seen == named
        }
    }

    // MARK: Text

    /// The newest version of one provision among `writers`, or `nil` where no writer is built on all the others.
    public func newest(of writers: [String]) -> String? {
        writers.first { candidate in
            writers.allSatisfy { $0 == candidate || isBuilt(candidate, on: $0) }
        }
    }

    /// Who wrote or repealed what, among a set of well-formed instruments.
    public func writers(among set: Set<String>) -> [String: [String]] {
        var writers: [String: [String]] = [:]
        for id in set {
            for provision in (instruments[id]?.changes ?? [:]).keys { writers[provision, default: []].append(id) }
        }
        return writers
    }

    /// The version of every provision that `set` wrote or repealed; one without a newest version is left out.
    public func text(of set: Set<String>) -> [String: String] {
        writers(among: set).compactMapValues(newest(of:))
    }

    public func content(of provision: String, in version: String) -> ReferenceContent? {
        instruments[version]?.changes[provision]?.content
    }

    /// The provisions of a text that exist, with their contents.
    public func contents(of text: [String: String]) -> [String: ReferenceContent] {
        var contents: [String: ReferenceContent] = [:]
        for (provision, version) in text { contents[provision] = content(of: provision, in: version) }
        return contents
    }

    // MARK: Keys

    /// The root of a party that the newest instrument beneath a well-formed one brought, and the one it brings itself.
    public func roots(of party: String, for instrument: String) -> (earlier: String?, brought: String?) {
        let provision = Provision.party(party)
        return (
            amendings[instrument]?.before[provision]?.root?.id,
            instruments[instrument]?.changes[provision]?.content?.root?.id
        )
    }

    /// The root under whose keys a party consents to an instrument: the earlier one where there is one.
    public func consentingRoot(of party: String, for instrument: String) -> String? {
        let roots = roots(of: party, for: instrument)
        if meaning.lacks(.earlierKeysConsent) { return roots.brought ?? roots.earlier }
        return roots.earlier ?? roots.brought
    }

    /// The root under whose keys a party accepts to be added by an instrument: the one that it brings.
    public func enrollingRoot(of party: String, for instrument: String) -> String? {
        let roots = roots(of: party, for: instrument)
        return roots.brought ?? roots.earlier
    }
}
