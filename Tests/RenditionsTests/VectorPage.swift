import Foundation
import TestSupport

@testable import Renditions

/// A page that has the page's verifier judge all vectors of the specification.
enum VectorPage {
    struct Outcome: Decodable {
        let agreeing: Int
        let differing: [String]
        /// Names of those that are of what a page never holds.
        let skipped: [String]
    }

    static var html: String {
        let modules = PageProgram.verifier.map { String(decoding: $0, as: UTF8.self) }
        let script = (modules + [Repository.text(at: "Tests/Fixtures/page/vectors.js"), run]).joined(separator: "\n")
        return
            "<!DOCTYPE html><meta charset=\"utf-8\"><script type=\"application/json\" id=\"vectors\">\(vectors)</script>"
            + "<script type=\"module\">\(script)</script>"
    }

    private static let run = """
        const { vectors, points, signatures } = JSON.parse(document.getElementById("vectors").textContent);
        const outcome = { agreeing: 0, differing: [], skipped: [] };
        const note = (name, expected, found) => {
          if (found === "skipped") outcome.skipped.push(name);
          else if (found === expected) outcome.agreeing += 1;
          else outcome.differing.push(`${name}: expected ${expected}, found ${found}`);
        };
        for (const vector of vectors) note(vector.name, vector.header.expect, await judgedVector(vector));
        for (const line of points) note(line, line.split(" ")[1], judgedPoint(line));
        for (const line of signatures) note(line, line.split(" ")[4], await judgedSignature(line));
        globalThis.outcome = outcome;
        document.documentElement.dataset.verdict = "finished";
        """

    private static var vectors: String {
        let vectors = Vector.formats.flatMap(Vector.all).map { vector -> [String: Any] in
            let written = vector.writtenByteCount
            return [
                "name": "\(vector)", "format": vector.format, "header": vector.header,
                "hex": vector.bytes.prefix(written).map { String(format: "%02x", $0) }.joined(),
                "zeros": vector.bytes.count - written,
            ]
        }
        func lines(_ path: String) -> [String] {
            Repository.text(at: "Tests/Vectors/\(path)").split(separator: "\n").map(String.init)
                .filter { !$0.hasPrefix("#") }
        }
        let all: [String: Any] = [
            "vectors": vectors, "points": lines("ed25519/points.txt"),
            "signatures": Array(lines("ecdsa/signatures.txt").dropFirst()),
        ]
        let data = try? JSONSerialization.data(withJSONObject: all)
        return String(decoding: data ?? Data(), as: UTF8.self).replacingOccurrences(of: "<", with: "\\u003c")
    }
}
