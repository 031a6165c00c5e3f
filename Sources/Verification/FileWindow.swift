internal import Cryptography

/// The bytes of a file, piece by piece: those that come next, and nothing at its end.
///
/// Whoever has a door makes one; so a file is verified that is larger than memory.
public typealias ByteSource = () -> [UInt8]

/// Where a reader stands in a file: some bytes ahead, and the digest of all behind, unless nobody wants it.
struct FileWindow {
    private let source: ByteSource
    private var bytes: [UInt8] = []
    private var position = 0
    /// Bytes of the file before the first that is held.
    private var passed = 0
    /// Those of the held ones that are in the digest.
    private var digested = 0
    private var isAtEnd = false
    private var digest: RunningDigest? = RunningDigest()

    init(_ source: @escaping ByteSource) { self.source = source }

    /// Bytes of the file before the next one.
    var offset: Int { passed + position }
    var ahead: ArraySlice<UInt8> { bytes[position...] }

    /// Fetches until so many bytes are ahead, or all that there are.
    ///
    /// - Returns: how many are ahead.
    mutating func available(_ count: Int) -> Int {
        while bytes.count - position < count, !isAtEnd { fetch() }
        return bytes.count - position
    }

    /// Goes on by the heads of a record in the form that nearly all have: a list of two, a small number, and a string of
    /// fewer bytes than 65,536. Nil for anything else, of which nothing is read: whoever reads it finds what it is.
    mutating func passUsualHead() -> (kind: UInt64, byteCount: UInt64)? {
        guard bytes.count - position >= 5, bytes[position] == 0x82, bytes[position + 1] < 24 else { return nil }
        let kind = UInt64(bytes[position + 1])
        let (low, high) = (UInt64(bytes[position + 3]), UInt64(bytes[position + 4]))
        switch bytes[position + 2] {
        case 0x40..<0x58:
            defer { position += 3 }
            return (kind, UInt64(bytes[position + 2] - 0x40))
        case 0x58 where low >= 24:
            position += 4
            return (kind, low)
        case 0x59 where low > 0:
            position += 5
            return (kind, low << 8 | high)
        default: return nil
        }
    }

    /// Goes on by some of the bytes ahead.
    mutating func pass(_ count: Int) { position += count }

    mutating func take(_ count: Int) -> ArraySlice<UInt8> {
        defer { position += count }
        return bytes[position..<(position + count)]
    }

    /// Says that the digest of all behind will not be asked for.
    mutating func digestNothing() { digest = nil }

    /// The digest of the whole file before the next byte.
    mutating func digestOfAllBefore() -> Digest {
        digestUpToHere()
        guard let digest else { preconditionFailure("it was said that nobody would ask") }
        return digest.finish()
    }

    private mutating func fetch() {
        let piece = source()
        guard !piece.isEmpty else {
            isAtEnd = true
            return
        }
        digestUpToHere()
        if position == bytes.count {
            passed += position
            (bytes, position, digested) = (piece, 0, 0)
            return
        }
        // What is behind goes once it is the greater part: a long record is not copied for each of its pieces.
        if position > bytes.count - position {
            passed += position
            bytes.removeFirst(position)
            (position, digested) = (0, 0)
        }
        bytes += piece
    }

    private mutating func digestUpToHere() {
        guard let digest else { return }
        digest.update(bytes[digested..<position])
        digested = position
    }
}
