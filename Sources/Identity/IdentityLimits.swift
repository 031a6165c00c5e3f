/// Limits of names, party records and cards; `Docs/Specification/parties.md` has the same table.
public enum IdentityLimits {
    /// Bytes of one identifier.
    public static let identifierByteCount = 128
    /// Languages of one text: more than any organisation's official ones.
    public static let languages = 64
    /// Seal keys of one record, and recovery keys likewise: a signature each may have to be checked.
    public static let keysPerParty = 32
    /// Nodes of one party.
    public static let nodesPerParty = 64
    /// Signatures of one card: one for every key that a record can hold.
    public static let signaturesPerCard = 2 * keysPerParty + nodesPerParty
    /// Endpoints of one node.
    public static let endpointsPerNode = 16
    /// Bytes of one endpoint, `host:port`.
    public static let endpointByteCount = 300
}
