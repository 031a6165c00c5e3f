/// What must hold in every night; the first that does not hold ends it.
public enum Claim: String, Hashable, Sendable, CaseIterable {
    case acknowledgedIsDurable = "what is acknowledged is on disk"
    case sentIsDurable = "what is sent is on disk"
    case nothingIsLost = "nothing acknowledged is lost"
    case copiesConverge = "copies that can talk converge"
    case sameAnswer = "same records, same answer"
    case liesAreConvicted = "every lie of which both sides were seen is convicted"
    case noHonestPartyIsConvicted = "no honest party is convicted"
    case limitsHold = "memory and disk stay within their limits"
    case perfectedNeverShrinks = "what is perfected stays so"
    case nothingInForceConflicts = "nothing in force conflicts"
    case oneLineOfVersions = "of each provision one version is in force, and it stands"
    case perfectedByConsent = "what is perfected is what was consented to"
    case onlySoundIsJournalled = "what is not sound is not journalled"
    case damageIsSeen = "what a disk has spoilt is not read as if it were whole"
    case filesAreTakenIn = "a file that an honest node wrote is taken in"
    case writersGoOn = "a node goes on with its chain where it may, and begins a new one where it must"
    case everythingHappens = "every kind of fault and lie happens in a thousand nights"
}

/// A claim that does not hold, and where.
public struct Broken: Error, Hashable, Sendable {
    public let claim: Claim
    public let detail: String
}
