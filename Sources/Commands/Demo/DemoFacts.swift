internal import Foundation

/// What the demo reads from `status --json`.
struct StatusFacts: Decodable {
    struct Party: Decodable {
        let id: String
        let state: Certificate?
    }
    struct Certificate: Decodable {
        let root: String
    }
    let stateRoot: String
    let inForce: [String]
    let perfected: [String]
    let contested: [String]
    let instruments: [InstrumentFacts]
    let parties: [Party]
    let concordance: Bool

    func state(of id: String) -> String? { instruments.first { $0.id == id }?.state }
    func missing(for id: String) -> InstrumentFacts.Missing? { instruments.first { $0.id == id }?.missing }
}

struct InstrumentFacts: Decodable {
    struct Missing: Decodable {
        let parties: [String]?
        let instruments: [String]
    }
    let id: String
    let state: String
    let missing: Missing
}

/// What it reads from `verify --json`.
struct VerifyFacts: Decodable {
    let verdict: String
    let roadmap: String
    let roadmapChecked: Bool
    let stateRoot: String
    let inForce: [String]
    let records: Int
    let signatures: Int
}

struct FoundFacts: Decodable { let roadmap: String }
struct AmendFacts: Decodable { let instrument: String }
struct SealFacts: Decodable { let seal: String }

/// `demo.json`, for whoever checks or explores afterwards.
struct DemoRecord: Encodable {
    let roadmap: String
    let step: String
    let guarantee: String
    let accession: String
    let ports: [String: Int]
    let stateRoot: String
    let seconds: Double
    let kills: Int
    let seed: UInt64?
}
