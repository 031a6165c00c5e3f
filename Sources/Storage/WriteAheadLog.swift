internal import Foundation

/// What a store's log held when the store was opened, as SQLite will take it: the transactions up to the first frame that
/// does not check. Read before SQLite sees the file, for SQLite passes over what does not check in silence.
///
/// Source: SQLite's file format, section 4, "The Write-Ahead Log" (sqlite.org/fileformat2.html).
public struct LogRecovery: Hashable, Sendable {
    /// Pages of finished transactions, which count.
    public let keptPageCount: Int
    /// Pages, written whole, of a transaction that was not finished: whoever wrote it was never told that it was stored.
    public let unfinishedPageCount: Int
    /// Pages of this log that do not check, or stand behind one that does not. They may have been of finished
    /// transactions: the disk has lost what it said it had, or the machine stopped in the middle of a write.
    public let lostPageCount: Int

    /// Nil where there is no log, or an empty one: the store was closed in order.
    init?(ofLogAt path: String) {
        guard let file = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? file.close() }
        guard let head = try? file.read(upToCount: LogHeader.byteCount), !head.isEmpty else { return nil }
        guard let header = LogHeader(Array(head)) else {
            // Without its header SQLite takes nothing of it. A log of zeroes was never begun.
            guard let rest = try? file.readToEnd(), (head + rest).contains(where: { $0 != 0 }) else { return nil }
            self.init(kept: 0, unfinished: 0, lost: 1)
            return
        }
        var (kept, unfinished, lost) = (0, 0, 0)
        var sums = header.sums
        var isSound = true
        while let bytes = try? file.read(upToCount: header.frameByteCount), bytes.count >= 16 {
            let bytes = Array(bytes)
            // What an earlier use of the file has left behind ends this one.
            guard LogFrame.salts(bytes) == header.salts else {
                isSound = false
                continue
            }
            isSound = isSound && LogFrame(bytes, header)?.checks(&sums) == true
            if !isSound {
                lost += 1
            } else if LogFrame.endsTransaction(bytes) {
                (kept, unfinished) = (kept + unfinished + 1, 0)
            } else {
                unfinished += 1
            }
        }
        self.init(kept: kept, unfinished: unfinished, lost: lost)
    }

    private init(kept: Int, unfinished: Int, lost: Int) {
        keptPageCount = kept
        unfinishedPageCount = unfinished
        lostPageCount = lost
    }
}

/// The first 32 bytes of a log.
private struct LogHeader {
    static let byteCount = 32
    static let frameHeaderByteCount = 24

    let pageByteCount: Int
    let isBigEndian: Bool
    let salts: [UInt8]
    let sums: Checksums

    var frameByteCount: Int { Self.frameHeaderByteCount + pageByteCount }

    init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        let magic = bytes.number(at: 0)
        guard magic & ~1 == 0x377f_0682, bytes.number(at: 4) == 3_007_000 else { return nil }
        let pageSize = Int(bytes.number(at: 8))
        guard (512...65_536).contains(pageSize), pageSize & (pageSize - 1) == 0 else { return nil }
        isBigEndian = magic & 1 == 1
        var sums = Checksums()
        sums.add(bytes[..<24], isBigEndian: isBigEndian)
        guard sums == Checksums(bytes.number(at: 24), bytes.number(at: 28)) else { return nil }
        self.sums = sums
        pageByteCount = pageSize
        salts = Array(bytes[16..<24])
    }
}

/// A page in the log, behind a header of 24 bytes.
private struct LogFrame {
    private let bytes: [UInt8]
    private let header: LogHeader

    /// Nil for a piece of one.
    init?(_ bytes: [UInt8], _ header: LogHeader) {
        guard bytes.count == header.frameByteCount else { return nil }
        self.bytes = bytes
        self.header = header
    }

    static func salts(_ bytes: [UInt8]) -> [UInt8] { Array(bytes[8..<16]) }

    /// The last page of a transaction says how long the database then is.
    static func endsTransaction(_ bytes: [UInt8]) -> Bool { bytes.number(at: 4) != 0 }

    /// True if the sums of all frames so far are those that stand in this one; they are carried on.
    func checks(_ sums: inout Checksums) -> Bool {
        sums.add(bytes[..<8], isBigEndian: header.isBigEndian)
        sums.add(bytes[LogHeader.frameHeaderByteCount...], isBigEndian: header.isBigEndian)
        return sums == Checksums(bytes.number(at: 16), bytes.number(at: 20))
    }
}

/// SQLite's checksum of a log: two sums over pairs of 32-bit words, modulo 2^32.
private struct Checksums: Hashable {
    private var first: UInt32
    private var second: UInt32

    init(_ first: UInt32 = 0, _ second: UInt32 = 0) { (self.first, self.second) = (first, second) }

    /// - Precondition: whole pairs of words.
    mutating func add(_ bytes: ArraySlice<UInt8>, isBigEndian: Bool) {
        precondition(bytes.count % 8 == 0, "a log is summed by pairs of words")
        bytes.withUnsafeBytes { words in
            for place in stride(from: 0, to: words.count, by: 8) {
                let pair = (
                    words.loadUnaligned(fromByteOffset: place, as: UInt32.self),
                    words.loadUnaligned(fromByteOffset: place + 4, as: UInt32.self)
                )
                first &+= (isBigEndian ? UInt32(bigEndian: pair.0) : UInt32(littleEndian: pair.0)) &+ second
                second &+= (isBigEndian ? UInt32(bigEndian: pair.1) : UInt32(littleEndian: pair.1)) &+ first
            }
        }
    }
}

extension [UInt8] {
    /// Four bytes, the highest first, as everything in a log's headers.
    fileprivate func number(at place: Int) -> UInt32 {
        self[place..<place + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }
}
