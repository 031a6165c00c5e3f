import Testing

@testable import Redline

@Suite("A terminal-safe text")
struct TerminalSafetyTests {
    @Test func `spells out what would command the terminal`() {
        #expect(
            terminalSafe("a\u{1B}[2Jb\u{9B}31mc\u{7F}\u{0}\r\t") == "a\\u{1B}[2Jb\\u{9B}31mc\\u{7F}\\u{0}\\u{D}\\u{9}")
    }

    @Test func `spells out what would turn or hide words`() {
        #expect(
            terminalSafe("a\u{202E}b\u{2066}c\u{200B}d\u{FEFF}e\u{AD}f")
                == "a\\u{202E}b\\u{2066}c\\u{200B}d\\u{FEFF}e\\u{AD}f")
        #expect(terminalSafe("\u{2028}\u{E0041}\u{3164}\u{FE0F}") == "\\u{2028}\\u{E0041}\\u{3164}\\u{FE0F}")
    }

    @Test func `leaves words alone, in any script`() {
        let text = "Accord de paix, e\u{301}té: 평화협정 — 和平協定。 معاهدة हिन्दी [a] {b} \\n"
        #expect(terminalSafe(text).bytes == text.bytes)
    }

    @Test func `keeps line feeds only where it is asked to`() {
        #expect(terminalSafe("a\nb") == "a\\u{A}b")
        #expect(terminalSafe("a\nb\r\n", keepingLineFeeds: true).bytes == "a\nb\\u{D}\n".bytes)
    }

    @Test func `never shows two texts as one`() {
        #expect(terminalSafe("\\u{1B}") == "\\u{5C}u{1B}")
        #expect(terminalSafe("\\u{1B}") != terminalSafe("\u{1B}"))
        #expect(terminalSafe("\\\u{1B}") == "\\\\u{1B}")
        #expect(terminalSafe("\\\\u{1B}") == "\\\\u{5C}u{1B}")
    }
}

@Suite("A redline on a terminal")
struct RedlineOnTerminalTests {
    @Test func `marks in brackets without colour, as git does`() {
        let redline = RedlinedText(from: "a red fox", to: "a blue fox")
        #expect(redline.terminal(colour: false) == "a [-red-]{+blue+} fox")
    }

    @Test func `marks in colour, struck through and underlined`() {
        let redline = RedlinedText(from: "a red fox", to: "a blue fox")
        #expect(redline.terminal(colour: true) == "a \u{1B}[31;9mred\u{1B}[0m\u{1B}[32;4mblue\u{1B}[0m fox")
    }

    @Test func `ends its colours with each line, and shows a line break that came`() {
        let redline = RedlinedText(from: "a", to: "a b\nc")
        #expect(redline.terminal(colour: true) == "a\u{1B}[32;4m b¶\u{1B}[0m\n\u{1B}[32;4mc\u{1B}[0m")
    }

    @Test func `lets no text write a marker or an escape sequence`() {
        let redline = RedlinedText(from: "x [-a-] {+b+}", to: "x [-a-] {+c+}\u{1B}[0m")
        let plain = redline.terminal(colour: false)
        #expect(plain == "x \\u{5B}-a\\u{2D}] \\u{7B}+[-b-]{+c+}\\u{2B}}{+\\u{1B}[0m+}")
        for seed in UInt64(1)...100 {
            var generator = SeededGenerator(seed: seed)
            let old = RandomTexts.text(pieceCount: 60, &generator)
            let new = RandomTexts.edited(old, rarity: 8, &generator)
            let redline = RedlinedText(from: old, to: new)
            #expect(
                !redline.terminal(colour: false).unicodeScalars.contains { $0 != "\n" && $0.isUnseen }, "seed \(seed)")
            let commands = redline.terminal(colour: true).bytes
                .split(separator: 0x1B, omittingEmptySubsequences: false).dropFirst()
            let ours = ["[31;9m", "[32;4m", "[0m"].map(\.bytes)
            #expect(commands.allSatisfy { command in ours.contains { command.starts(with: $0) } }, "seed \(seed)")
            #expect(commands.count % 2 == 0, "seed \(seed)")
        }
    }

    @Test func `wraps with its markers, and drops no blank that went or came`() {
        let redline = RedlinedText(from: "The parties shall meet in May.", to: "The parties may meet  in May.")
        #expect(
            redline.terminal(colour: false, columns: 20, indent: 2)
                == "  The parties\n  [-shall-]{+may+}\n  meet[- -]{+  +}in\n  May.")
    }
}

@Suite("The display width")
struct DisplayWidthTests {
    @Test func `is two for wide characters, none for marks, and one for the rest`() {
        #expect(displayWidth(of: "Peace") == 5)
        #expect(displayWidth(of: "和平協定。") == 10)
        #expect(displayWidth(of: "평화") == 4)
        #expect(displayWidth(of: "\u{1112}\u{1161}\u{11AB}") == 2)
        #expect(displayWidth(of: "e\u{301}t\u{E9}") == 3)
        #expect(displayWidth(of: "ﾊﾟ") == 2)
        #expect(displayWidth(of: "น้ำ") == 2)
        #expect(displayWidth(of: "⚖") == 1)
        #expect(displayWidth(of: "🚀") == 2)
        #expect(displayWidth(of: "\u{200B}\u{1B}\n") == 0)
        #expect(displayWidth(of: "") == 0)
    }
}

@Suite("A wrapped text")
struct WrappingTests {
    @Test func `breaks at blanks and drops them there`() {
        #expect(wrapped("The parties shall meet in May.", columns: 12) == "The parties\nshall meet\nin May.")
    }

    @Test func `indents each line but the empty`() {
        #expect(wrapped("one two\n\nthree", columns: 8, indent: 2) == "  one\n  two\n\n  three")
    }

    @Test func `keeps the text's own line feeds and what it indents itself`() {
        #expect(wrapped("a\n  b c\n", columns: 80) == "a\n  b c\n")
    }

    @Test func `breaks Chinese anywhere, but not before closing nor after opening punctuation`() {
        #expect(wrapped("雙方互設大使館。", columns: 8) == "雙方互設\n大使館。")
        #expect(wrapped("雙方互設，並保持", columns: 8) == "雙方互\n設，並保\n持")
        #expect(wrapped("雙方互（聯絡）處", columns: 8) == "雙方互\n（聯絡）\n處")
    }

    @Test func `does not break at a no-break space`() {
        #expect(wrapped("see Art.\u{A0}7 now", columns: 8) == "see\nArt.\u{A0}7\nnow")
    }

    @Test func `cuts a word wider than the line, and never a mark from its base`() {
        #expect(wrapped("an abcdefgh", columns: 4) == "an\nabcd\nefgh")
        #expect(wrapped("abe\u{301}\u{302}d", columns: 3).bytes == "abe\u{301}\u{302}\nd".bytes)
        #expect(wrapped("和平", columns: 1) == "和\n平")
        #expect(wrapped("ab", columns: -5, indent: 3) == "   ab")
    }

    @Test func `is safe for a terminal`() {
        #expect(wrapped("a\u{1B}[2J [-b-]", columns: 80) == "a\\u{1B}[2J [-b-]")
    }

    @Test func `fits, loses nothing but blanks, and without a width loses nothing, whatever the text`() {
        for seed in UInt64(1)...200 {
            var generator = SeededGenerator(seed: seed)
            let text = RandomTexts.text(pieceCount: generator.below(80), &generator)
            let columns = 2 + generator.below(30)
            let safe = terminalSafe(text, keepingLineFeeds: true)
            let lines = wrapped(text, columns: columns).split(separator: "\n", omittingEmptySubsequences: false)
            #expect(lines.allSatisfy { displayWidth(of: String($0)) <= columns }, "seed \(seed)")
            let isInk = { (scalar: Unicode.Scalar) in scalar != " " && scalar != "\n" && scalar != "\u{A0}" }
            #expect(
                lines.flatMap { $0.unicodeScalars.filter(isInk) } == Array(safe.unicodeScalars.filter(isInk)),
                "seed \(seed)")
            #expect(wrapped(text, columns: .max).bytes == safe.bytes, "seed \(seed)")
        }
    }
}
