public import Agreement
public import Cryptography
public import Exchange
public import Identity
public import Journal

extension Node {
    /// What whoever runs a node may want to know of what it does.
    public enum Report: Hashable, Sendable {
        case connected(Identifier, isDialled: Bool)
        case ended(Identifier, CloseReason)
        /// A peer whose key was unknown has shown how it became its party's.
        case introduced(LinkID, Identifier)
        /// A peer whose key is unknown did not; once each.
        case refusedStranger(LinkID, KeyRoundFailure)
        /// A party's node does not know this node's key, and no key statement leads to it from one that it knows.
        case unknownToPeer(Identifier)
        /// The peer asks for more and more and takes none of it; its connection is closed.
        case peerDoesNotRead(Identifier)
        /// What a peer sent cannot be stored; newcomers are turned away for a while.
        case cannotStore(StoreFailure)
        case cannotCertify(StoreFailure)
        case cannotCarry(StoreFailure)
        case cannotReread(StoreFailure)
        /// Entries cannot be read that a peer lacks.
        case cannotRead(StoreFailure)
        /// What this key writes, a node's of these parties, waits: it has used up what is taken of one. Once in a day.
        case postponed(KeyID, of: [Identifier], beyond: Allowance)
        /// This party's own instruments that nobody has sealed are so many that peers take no more.
        case manyUnsealed(Int)
        /// What an entry says is refused; the entry is kept for its chain's sake.
        case refusedRecord(EntryID, LedgerRefusal)
        /// Somebody else wrote with this node's key, or from a copy of its store.
        case ownChainForked
        /// Somebody sent more of this node's chain than it wrote in this life: it goes on as a new writer.
        case ownChainContinuedElsewhere
        /// So many records are journalled that no journal carries.
        case carrying(Int)
        /// Proof of a lie, once.
        case contradiction(Contradiction)
        /// Two stories by one writer, once, with a node key of these parties.
        case fork(WriterID, of: [Identifier])
    }
}
