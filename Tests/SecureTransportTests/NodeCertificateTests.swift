import Testing

@testable import SecureTransport

@Suite("A node certificate", .timeLimit(.minutes(10)))
struct NodeCertificateTests {
    @Test func `carries the node's key and the dates it was given`() throws {
        let der = try Node.france.certificate(validFrom: 1_700_000_000, validUntil: 4_000_000_000)
        let credentials = try NodeCredentials(seed: Node.france.seed, chain: [der])
        #expect(credentials.validity?.from == 1_700_000_000)
        #expect(credentials.validity?.until == 4_000_000_000)
    }

    @Test func `carries the public key of RFC 8032's first example`() throws {
        let seed: [UInt8] = [
            0x9D, 0x61, 0xB1, 0x9D, 0xEF, 0xFD, 0x5A, 0x60, 0xBA, 0x84, 0x4A, 0xF4, 0x92, 0xEC, 0x2C, 0xC4,
            0x44, 0x49, 0xC5, 0x69, 0x7B, 0x32, 0x69, 0x19, 0x70, 0x3B, 0xAC, 0x03, 0x1C, 0xAE, 0x7F, 0x60,
        ]
        let der = try NodeCertificate.selfSigned(
            seed: seed, commonName: "PRK node", validFrom: 0, validUntil: 1, serial: [1, 2, 3, 4, 5, 6, 7, 8])
        let key = try NodeCredentials(seed: seed, chain: [der]).publicKey
        #expect(
            key.description
                == "302a300506032b6570032100d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    }

    @Test func `is the same bytes for the same arguments`() throws {
        #expect(try Node.france.certificate() == Node.france.certificate())
    }

    @Test func `survives PEM, in company too`() throws {
        let both = [try Node.france.certificate(), try Node.germany.certificate()]
        let pem = "a comment\n" + both.map(NodeCertificate.pem).joined(separator: "\n")
        #expect(try NodeCertificate.certificates(pem: pem) == both)
        #expect(try NodeCredentials(seed: Node.france.seed, pem: pem).publicKey == Node.france.key())
    }

    @Test func `is refused with another node's seed`() throws {
        let der = try Node.france.certificate()
        #expect(throws: CredentialFailure.otherKey) { try NodeCredentials(seed: Node.germany.seed, chain: [der]) }
    }

    @Test(arguments: [
        "", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\nMIIB",
    ])
    func `is refused when its text holds none`(text: String) {
        #expect(throws: CredentialFailure.unreadableCertificate) { try NodeCertificate.certificates(pem: text) }
    }

    @Test func `is refused with a byte too many or too few`() throws {
        let der = try Node.france.certificate()
        for wrong in [der + [0], Array(der.dropLast()), []] {
            #expect(throws: CredentialFailure.unreadableCertificate) {
                try NodeCredentials(seed: Node.france.seed, chain: [wrong])
            }
        }
        #expect(throws: CredentialFailure.unreadableCertificate) {
            try NodeCredentials(seed: Node.france.seed, chain: [])
        }
    }

    @Test func `is not made from wrong arguments`() throws {
        func make(
            seed: [UInt8] = Node.france.seed, name: String = "node", from: Int64 = 0, until: Int64 = 1,
            serial: [UInt8] = [UInt8](repeating: 0xFF, count: 16), names: [AlternativeName] = []
        ) throws -> [UInt8] {
            try NodeCertificate.selfSigned(
                seed: seed, commonName: name, validFrom: from, validUntil: until, serial: serial,
                alternativeNames: names)
        }
        _ = try make(names: [.host("node.example"), .address("192.0.2.1"), .address("2001:db8::1")])
        #expect(throws: CredentialFailure.seedLength(31)) { try make(seed: [UInt8](repeating: 0, count: 31)) }
        #expect(throws: CredentialFailure.serialLength(21)) { try make(serial: [UInt8](repeating: 0, count: 21)) }
        #expect(throws: CredentialFailure.serialLength(7)) { try make(serial: [UInt8](repeating: 0, count: 7)) }
        #expect(throws: CredentialFailure.emptyValidity) { try make(from: 2) }
        #expect(throws: CredentialFailure.subject) { try make(name: "") }
        #expect(throws: CredentialFailure.subject) { try make(name: String(repeating: "n", count: 65)) }
        let injected = "a,DNS:b"
        #expect(throws: CredentialFailure.alternativeName(injected)) { try make(names: [.host(injected)]) }
    }
}
