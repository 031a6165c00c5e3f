import Testing

@Suite("A transcript")
struct TranscriptTests {
    private static let missing = Set(Transcript.all.flatMap(\.missing)).sorted()

    @Test(arguments: Transcript.all.filter(\.needs.isEmpty))
    func `runs as written`(transcript: Transcript) throws { try play(transcript) }

    @Test(
        .disabled(if: !missing.isEmpty, "missing here: \(missing.joined(separator: ", "))"),
        arguments: Transcript.all.filter { !$0.needs.isEmpty })
    func `that needs other programs runs as written`(transcript: Transcript) throws { try play(transcript) }

    private func play(_ transcript: Transcript) throws {
        var run = try TranscriptRun()
        defer { run.cleanUp() }
        try #require(!transcript.steps.isEmpty)
        for step in transcript.steps {
            switch step {
            case .file(let name, let text): try run.write(text, to: name)
            case .command(let command):
                let fault = try run.check(command)
                // What comes after a wrong answer would only be wrong because of it.
                try #require(fault == nil, "\(transcript.name):\(command.line): $ \(command.words)\n\(fault ?? "")")
            }
        }
    }

    @Test func `is there`() { #expect(Transcript.all.count >= 3) }
}

@Suite("The pattern of an answer")
struct OutputPatternTests {
    private func match(_ pattern: String..., against output: [String]) -> [String: String]? {
        OutputPattern(lines: pattern).match(output, knowing: ["KNOWN": "abcd"])
    }

    @Test func `fits what is the same, and nothing that is not`() {
        #expect(match("one", "two", against: ["one", "two"]) != nil)
        #expect(match("one", "two", against: ["one"]) == nil)
        #expect(match("one", against: ["one", "two"]) == nil)
        #expect(match("one", against: ["ones"]) == nil)
    }

    @Test func `takes an ellipsis for anything, within a line or over lines`() {
        #expect(match("at … o'clock", against: ["at 12 o'clock"]) != nil)
        #expect(match("at … o'clock", against: ["at 12"]) == nil)
        #expect(match("…", "end", against: ["a", "end", "b", "end"]) != nil)
        #expect(match("…", "end", against: ["a", "end", "b"]) == nil)
        #expect(match("…", against: []) != nil)
        #expect(match("a", "…", "b", "…", "c", against: ["a", "x", "b", "b", "y", "c"]) != nil)
    }

    @Test func `learns a name once, and holds to it`() {
        #expect(match("id <ID>", "again <ID>", against: ["id 0a1b", "again 0a1b"])?["ID"] == "0a1b")
        #expect(match("id <ID>", "again <ID>", against: ["id 0a1b", "again 0a1c"]) == nil)
        #expect(match("id <KNOWN>", against: ["id abcd"]) != nil)
        #expect(match("id <KNOWN>", against: ["id abce"]) == nil)
        #expect(match("id <ID>", against: ["id none"]) == nil)
    }
}

@Suite("The reading of a transcript")
struct TranscriptReadingTests {
    @Test func `finds files, commands, answers and exit codes`() throws {
        let transcript = Transcript(
            name: "a.md",
            text: """
                # A story
                ```yaml a.yaml
                a: 1
                ```
                ```console
                $ one \\
                    two
                answer
                [2]
                $ three
                ```
                ```
                $ not a command
                ```
                """)
        try #require(transcript.steps.count == 3)
        guard case .file("a.yaml", "a: 1\n") = transcript.steps[0], case .command(let first) = transcript.steps[1],
            case .command(let second) = transcript.steps[2]
        else {
            Issue.record("the steps are of other kinds")
            return
        }
        #expect(transcript.needs.isEmpty && transcript.missing.isEmpty)
        #expect(first.words == "one \\\n    two" && first.answer == ["answer"] && first.exitCode == 2)
        #expect(second.words == "three" && second.answer.isEmpty && second.exitCode == 0)
    }

    @Test func `finds the programs that it needs, and which of them are missing`() {
        let transcript = Transcript(name: "a.md", text: "# A story\n\nNeeds `bash` and `no-such-program`.\n")
        #expect(transcript.needs == ["bash", "no-such-program"])
        #expect(transcript.missing == ["no-such-program"])
    }
}
