internal import Cryptography

/// One record with one fault, or none, as a file in `Tests/Vectors` has it.
///
/// Source: `Docs/Specification/README.md`, "Vectors".
public struct Vector: Hashable, Sendable, CustomStringConvertible {
    public let format: String
    public let name: String
    /// `valid`, or the code of the refusal.
    public let expectation: String
    public let bytes: [UInt8]
    /// Of the bytes, how many are written out; the others are the zeros of `then`.
    public let writtenByteCount: Int
    public let header: [String: String]

    public var description: String { "\(format)/\(name)" }

    /// A line of the header that only some formats have.
    public subscript(line: String) -> String {
        guard let value = header[line] else { preconditionFailure("\(self) has no line \(line)") }
        return value
    }

    /// All vectors of a format, in the order of their names.
    public static func all(of format: String) -> [Vector] {
        Repository.names(in: "Tests/Vectors/\(format)").filter { $0.hasSuffix(".vector") }.map {
            Vector(format: format, fileName: $0)
        }
    }

    /// The formats that there are vectors of.
    public static let formats = Repository.names(in: "Tests/Vectors").filter { !all(of: $0).isEmpty }

    private init(format: String, fileName: String) {
        self.format = format
        name = String(fileName.dropLast(".vector".count))
        let lines = Repository.text(at: "Tests/Vectors/\(format)/\(fileName)").split(
            separator: "\n", omittingEmptySubsequences: false)
        var header: [String: String] = [:]
        for line in lines.prefix(while: { !$0.isEmpty }) {
            guard let colon = line.firstRange(of: ": ") else { preconditionFailure("\(fileName): \(line)") }
            header[String(line[..<colon.lowerBound])] = String(line[colon.upperBound...])
        }
        guard let expectation = header["expect"], header["format"] == format, header["about"] != nil,
            let written = Hexadecimal.bytes(of: lines.drop { !$0.isEmpty }.joined())
        else { preconditionFailure("\(fileName) is not a vector of \(format)") }
        self.header = header
        self.expectation = expectation
        writtenByteCount = written.count
        bytes = written + [UInt8](repeating: 0, count: Self.zeroByteCount(header["then"]))
    }

    /// `16 zero bytes` is 16.
    private static func zeroByteCount(_ line: String?) -> Int {
        guard let line else { return 0 }
        let words = line.split(separator: " ")
        guard words.dropFirst() == ["zero", "bytes"], let count = Int(words[0]) else {
            preconditionFailure("\(line) is no number of zero bytes")
        }
        return count
    }
}
