import CanonicalEncoding
import Testing

/// One step into a canonical value: a field of a map, or a place in a list.
enum Step: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
    case field(String)
    case place(Int)

    init(stringLiteral field: String) { self = .field(field) }
    init(integerLiteral place: Int) { self = .place(place) }
}

extension CanonicalValue {
    /// The same value with one field set, added or (for nil) taken away, or with another item at a place.
    func with(_ path: [Step], _ new: CanonicalValue?) -> CanonicalValue {
        guard let step = path.first else { preconditionFailure("a path has a step") }
        let rest = Array(path.dropFirst())
        switch (self, step) {
        case (.map(let map), .field(let name)):
            let old = map[.text(name)]
            let value = rest.isEmpty ? new : old!.with(rest, new)
            let others = map.entries.filter { $0.key != .text(name) }.map { ($0.key, $0.value) }
            return .map(CanonicalMap(others + (value.map { [(.text(name), $0)] } ?? [])))
        case (.array(var items), .place(let place)):
            items[place] = rest.isEmpty ? new! : items[place].with(rest, new)
            return .array(items)
        default: preconditionFailure("\(self) has no \(step)")
        }
    }

    static func texts(_ texts: [String]) -> CanonicalValue { .array(texts.map { .text($0) }) }
    static func ids(_ numbers: some Sequence<Int>) -> CanonicalValue { .array(numbers.map(id)) }

    /// An id of 32 bytes; ids ascend with their numbers.
    static func id(_ number: Int) -> CanonicalValue {
        .bytes(Array(repeating: 0, count: 28) + withUnsafeBytes(of: UInt32(number).bigEndian) { Array($0) })
    }
}

/// A valid record, to be spoilt in one place at a time.
struct Specimen {
    let value: CanonicalValue
    let decode: ([UInt8]) throws -> Void

    init(_ payload: [UInt8], _ decode: @escaping ([UInt8]) throws -> Void) {
        value = require { try CanonicalDecoder.decode(payload) }
        self.decode = decode
    }

    func refusal(_ path: [Step], _ new: CanonicalValue?) -> DecodingRefusal? {
        refusal(value.with(path, new).encoded())
    }

    func refusal(_ bytes: [UInt8]) -> DecodingRefusal? {
        do {
            try decode(bytes)
            return nil
        } catch let refusal as DecodingRefusal {
            return refusal
        } catch {
            Issue.record("\(error)")
            return nil
        }
    }

    func expect(
        _ fault: DecodingFault, in field: String, from path: [Step], _ new: CanonicalValue?,
        at location: SourceLocation = #_sourceLocation
    ) {
        let refusal = refusal(path, new)
        #expect(refusal?.fault == fault, sourceLocation: location)
        #expect(refusal?.field == field, sourceLocation: location)
    }

    func expectAccepted(_ path: [Step], _ new: CanonicalValue?, at location: SourceLocation = #_sourceLocation) {
        #expect(refusal(path, new) == nil, sourceLocation: location)
    }

    func expectRequired(_ fields: [String], at location: SourceLocation = #_sourceLocation) {
        for field in fields { expect(.missingField, in: field, from: [.field(field)], nil, at: location) }
    }

    /// The faults that the encoding itself has, wherever it is read.
    func expectStrictEncoding(at location: SourceLocation = #_sourceLocation) {
        let bytes = value.encoded()
        #expect(refusal(bytes) == nil, sourceLocation: location)
        #expect(refusal(Array(bytes.dropLast()))?.fault == .truncated, sourceLocation: location)
        #expect(refusal(bytes + [0])?.fault == .trailingBytes, sourceLocation: location)
        #expect(refusal([0x01])?.fault == .wrongType, sourceLocation: location)
        #expect(refusal([0xa1, 0x01, 0x01])?.fault == .wrongType, sourceLocation: location)
        expect(.unknownField, in: "extra", from: ["extra"], .bool(true), at: location)
        expect(.wrongKind, in: "type", from: ["type"], .text("syngraph/another/1"), at: location)
        expect(.wrongType, in: "type", from: ["type"], .unsigned(1), at: location)
    }
}
