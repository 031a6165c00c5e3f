internal import Glibc

/// A recorded editing session, in the format in which such traces are published: JSON, perhaps gzipped.
///
/// Positions count Unicode scalars. In a concurrent trace every transaction names its agent and the transactions it had
/// seen; in a sequential one each follows the one before.
struct Trace: Sendable {
    struct Patch: Sendable {
        var position: Int32 = 0
        var deletedCount: Int32 = 0
        var text = ""
    }

    struct Transaction: Sendable {
        var agent = 0
        var parents: [Int] = []
        /// In ``Trace/patches``.
        var patches = 0..<0
    }

    /// Of a concurrent trace only.
    private(set) var transactions: [Transaction] = []
    private(set) var patches: [Patch] = []
    private(set) var startContent = ""
    private(set) var endContent = ""
    private(set) var agentCount = 1
    private(set) var isConcurrent = false

    /// Reads a file; a name that ends in `.gz` goes through `gzip`.
    init(file: String) throws(TraceFailure) {
        let quoted = "'" + file.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
        let stream = file.hasSuffix(".gz") ? popen("gzip -dc -- \(quoted)", "r") : fopen(file, "r")
        guard let stream else { throw .unreadable(file) }
        var reader = JSONStream(stream)
        try read(&reader)
        let ended = file.hasSuffix(".gz") ? pclose(stream) : fclose(stream)
        guard ended == 0 else { throw .unreadable(file) }
    }

    private mutating func read(_ reader: inout JSONStream) throws(TraceFailure) {
        try reader.object { (key, reader) throws(TraceFailure) in
            switch key {
            case "startContent": startContent = try reader.string()
            case "endContent": endContent = try reader.string()
            case "numAgents": agentCount = try reader.integer()
            case "kind":
                isConcurrent = try reader.string() == "concurrent"
            case "txns":
                try reader.array { (reader) throws(TraceFailure) in try readTransaction(&reader) }
            default: try reader.skip()
            }
        }
    }

    private mutating func readTransaction(_ reader: inout JSONStream) throws(TraceFailure) {
        var transaction = Transaction()
        let start = patches.count
        try reader.object { (key, reader) throws(TraceFailure) in
            switch key {
            case "agent": transaction.agent = try reader.integer()
            case "parents":
                transaction.parents = []
                isConcurrent = true
                try reader.array { (reader) throws(TraceFailure) in
                    transaction.parents.append(try reader.integer())
                }
            case "patches":
                try reader.array { (reader) throws(TraceFailure) in patches.append(try Self.patch(&reader)) }
            default: try reader.skip()
            }
        }
        transaction.patches = start..<patches.count
        if isConcurrent { transactions.append(transaction) }
    }

    /// `[position, scalars deleted, text inserted]`, perhaps with more behind.
    private static func patch(_ reader: inout JSONStream) throws(TraceFailure) -> Patch {
        var patch = Patch()
        var field = 0
        try reader.array { (reader) throws(TraceFailure) in
            switch field {
            case 0: patch.position = Int32(clamping: try reader.integer())
            case 1: patch.deletedCount = Int32(clamping: try reader.integer())
            case 2: patch.text = try reader.string()
            default: try reader.skip()
            }
            field += 1
        }
        return patch
    }
}

enum TraceFailure: Error, CustomStringConvertible {
    case unreadable(String)
    case notJSON(atByte: Int)
    case wrongText

    var description: String {
        switch self {
        case .unreadable(let file): "cannot read \(file)"
        case .notJSON(let byte): "not a trace: byte \(byte) is not what was expected"
        case .wrongText: "the text at the end is not the one that the trace publishes"
        }
    }
}

/// JSON read in one pass, a buffer at a time, so that a large trace leaves no trace in the memory that is measured.
struct JSONStream {
    private let stream: UnsafeMutablePointer<FILE>
    private var buffer = [UInt8](repeating: 0, count: 64 << 10)
    private var next = 0
    private var end = 0
    private var passed = 0

    init(_ stream: UnsafeMutablePointer<FILE>) { self.stream = stream }

    mutating func object(
        _ body: (String, inout JSONStream) throws(TraceFailure) -> Void
    ) throws(TraceFailure) {
        try expect("{")
        if try take("}") { return }
        repeat {
            let key = try string()
            try expect(":")
            try body(key, &self)
        } while try take(",")
        try expect("}")
    }

    mutating func array(_ body: (inout JSONStream) throws(TraceFailure) -> Void) throws(TraceFailure) {
        try expect("[")
        if try take("]") { return }
        repeat { try body(&self) } while try take(",")
        try expect("]")
    }

    mutating func integer() throws(TraceFailure) -> Int {
        var value = 0
        var digitCount = 0
        while let byte = try peek(skippingSpace: digitCount == 0), byte >= 0x30, byte <= 0x39 {
            value = value * 10 + Int(byte - 0x30)
            digitCount += 1
            next += 1
        }
        guard digitCount > 0, digitCount < 18 else { throw failure }
        return value
    }

    mutating func string() throws(TraceFailure) -> String {
        try expect("\"")
        var utf8: [UInt8] = []
        while true {
            let byte = try byte()
            if byte == UInt8(ascii: "\"") { break }
            if byte == UInt8(ascii: "\\") { try escape(into: &utf8) } else { utf8.append(byte) }
        }
        guard let string = String(validating: utf8, as: UTF8.self) else { throw failure }
        return string
    }

    /// Passes over any value.
    mutating func skip() throws(TraceFailure) {
        switch try peek(skippingSpace: true) {
        case UInt8(ascii: "{"): try object { (_, reader) throws(TraceFailure) in try reader.skip() }
        case UInt8(ascii: "["): try array { (reader) throws(TraceFailure) in try reader.skip() }
        case UInt8(ascii: "\""): _ = try string()
        default:
            while let byte = try peek(skippingSpace: false), !",]}".utf8.contains(byte) { next += 1 }
        }
    }

    private var failure: TraceFailure { .notJSON(atByte: passed + next) }

    private mutating func escape(into utf8: inout [UInt8]) throws(TraceFailure) {
        let plain: [UInt8: UInt8] = [
            0x62: 8, 0x66: 12, 0x6E: 10, 0x72: 13, 0x74: 9, 0x22: 0x22, 0x5C: 0x5C, 0x2F: 0x2F,
        ]
        let byte = try byte()
        if let meant = plain[byte] {
            utf8.append(meant)
            return
        }
        guard byte == UInt8(ascii: "u") else { throw failure }
        var units = [try hexUnit()]
        if UTF16.isLeadSurrogate(units[0]) {
            try expect("\\")
            try expect("u")
            units.append(try hexUnit())
        }
        utf8 += Array(String(decoding: units, as: UTF16.self).utf8)
    }

    private mutating func hexUnit() throws(TraceFailure) -> UInt16 {
        var digits: [UInt8] = []
        for _ in 0..<4 { digits.append(try byte()) }
        guard let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16) else { throw failure }
        return unit
    }

    private mutating func expect(_ character: Unicode.Scalar) throws(TraceFailure) {
        guard try take(character) else { throw failure }
    }

    private mutating func take(_ character: Unicode.Scalar) throws(TraceFailure) -> Bool {
        guard try peek(skippingSpace: true) == UInt8(ascii: character) else { return false }
        next += 1
        return true
    }

    private mutating func byte() throws(TraceFailure) -> UInt8 {
        guard let byte = try peek(skippingSpace: false) else { throw failure }
        next += 1
        return byte
    }

    private mutating func peek(skippingSpace: Bool) throws(TraceFailure) -> UInt8? {
        while true {
            if next == end {
                passed += end
                next = 0
                end = fread(&buffer, 1, buffer.count, stream)
                if end == 0 { return nil }
            }
            guard skippingSpace, [0x20, 0x0A, 0x0D, 0x09].contains(buffer[next]) else { return buffer[next] }
            next += 1
        }
    }
}
