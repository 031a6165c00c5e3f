internal import Cryptography

/// The bytes of a file, piece by piece: those that come next, and nothing at its end.
///
/// Whoever has a door makes one; so a file is verified that is larger than memory.
public typealias ByteSource = () -> [UInt8]

/// Where a reader stands in a file: some bytes ahead, and the digest of all behind, unless nobody wants it.
///
/// A piece is looked at where it lies. Only what begins in one piece and ends in a later one is put together, in a seam: the
/// rest of the one and as much of the other as is asked for.
struct FileWindow {
    private let source: ByteSource
    /// What is looked at: a piece, or a seam.
    private var bytes: [UInt8] = []
    private var position = 0
    /// Bytes of the file before the first that is held.
    private var passed = 0
    /// Those of the held ones that are in the digest.
    private var digested = 0
    /// Where a seam is looked at: the piece that its end is the beginning of, and where that begins in the seam.
    private var nextPiece: [UInt8] = []
    private var seamCount = 0
    private var isAtEnd = false
    private var digest: RunningDigest? = RunningDigest()

    init(_ source: @escaping ByteSource) { self.source = source }

    /// Bytes of the file before the next one.
    var offset: Int { passed + position }
    var ahead: ArraySlice<UInt8> { bytes[position...] }

    /// Fetches until so many bytes are ahead, or all that there are.
    ///
    /// - Returns: how many are ahead, at the least.
    mutating func available(_ count: Int) -> Int {
        while bytes.count - position < count {
            guard advance(to: count) else { break }
        }
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

    /// The same for whoever looks at them only now, where they lie.
    mutating func take(_ count: Int, _ look: (UnsafeRawBufferPointer) throws -> Void) rethrows {
        try bytes.withUnsafeBytes { all in
            try look(UnsafeRawBufferPointer(rebasing: all[position..<(position + count)]))
        }
        position += count
    }

    /// Says that the digest of all behind will not be asked for.
    mutating func digestNothing() { digest = nil }

    /// The digest of the whole file before the next byte.
    mutating func digestOfAllBefore() -> Digest {
        digestUpToHere()
        guard let digest else { preconditionFailure("it was said that nobody would ask") }
        return digest.finish()
    }

    // MARK: Piece by piece

    /// Comes closer to having so many bytes ahead; false at the end of the file.
    private mutating func advance(to count: Int) -> Bool {
        if nextPiece.isEmpty || bytes.count - seamCount == nextPiece.count {
            guard let piece = fetch() else { return false }
            beginSeam(with: piece)
        }
        if position >= seamCount {
            leaveSeam()
        } else {
            let known = bytes.count - seamCount
            let lacking = count - (bytes.count - position)
            bytes += nextPiece[known..<min(known + lacking, nextPiece.count)]
        }
        return true
    }

    private mutating func fetch() -> [UInt8]? {
        guard !isAtEnd else { return nil }
        let piece = source()
        isAtEnd = piece.isEmpty
        return isAtEnd ? nil : piece
    }

    /// What is behind goes; what is ahead stands before the piece.
    private mutating func beginSeam(with piece: [UInt8]) {
        digestUpToHere()
        // As long as a record lacks pieces it grows, and is not copied for each of them.
        if position > 0 {
            passed += position
            bytes = Array(bytes[position...])
            (position, digested) = (0, 0)
        }
        (nextPiece, seamCount) = (piece, bytes.count)
    }

    /// All that is ahead lies in the piece.
    private mutating func leaveSeam() {
        digestUpToHere()
        passed += seamCount
        position -= seamCount
        digested = position
        bytes = nextPiece
        (nextPiece, seamCount) = ([], 0)
    }

    private mutating func digestUpToHere() {
        guard let digest else { return }
        digest.update(bytes[digested..<position])
        digested = position
    }
}
