import Testing

@testable import Redline

/// The redline in brackets, for texts that need nothing spelt out.
private func redline(_ old: String, _ new: String) -> String {
    RedlinedText(from: old, to: new).terminal(colour: false)
}

@Suite("A redline")
struct RedlinedTextTests {
    @Test func `gives back both texts byte for byte, whatever they are`() {
        for seed in UInt64(1)...400 {
            var generator = SeededGenerator(seed: seed)
            let vocabulary = [4, 20, 1000][generator.below(3)]
            let old = RandomTexts.text(pieceCount: generator.below(120), vocabulary: vocabulary, &generator)
            let new =
                generator.below(2) == 0
                ? RandomTexts.text(pieceCount: generator.below(120), vocabulary: vocabulary, &generator)
                : RandomTexts.edited(old, rarity: 1 + generator.below(30), &generator)
            // Both ways of aligning must hold to the law: with steps to spare, and with next to none.
            for stepLimit in [RedlineLimits.stepsPerPass, 40] {
                let redline = RedlinedText(from: old, to: new, stepLimit: stepLimit)
                #expect(redline.oldText.bytes == old.bytes, "seed \(seed), step limit \(stepLimit)")
                #expect(redline.newText.bytes == new.bytes, "seed \(seed), step limit \(stepLimit)")
                #expect(redline.isUnchanged == (old.bytes == new.bytes), "seed \(seed), step limit \(stepLimit)")
                #expect(redline.isWellFormed, "seed \(seed), step limit \(stepLimit)")
            }
        }
    }

    @Test func `of two empty texts has no segments, and of one empty text has one`() {
        #expect(RedlinedText(from: "", to: "").segments.isEmpty)
        #expect(RedlinedText(from: "", to: "").isUnchanged)
        #expect(RedlinedText(from: "", to: "Peace.").segments == [.inserted("Peace.")])
        #expect(RedlinedText(from: "Peace.", to: "").segments == [.deleted("Peace.")])
        #expect(RedlinedText(from: "Peace.", to: "Peace.").segments == [.kept("Peace.")])
    }

    @Test func `shows a changed spelling that looks the same`() {
        let redline = RedlinedText(from: "the caf\u{E9}", to: "the cafe\u{301}")
        #expect(!redline.isUnchanged)
        #expect(redline.segments == [.kept("the "), .deleted("caf\u{E9}"), .inserted("cafe\u{301}")])
    }

    @Test func `equals another only by byte`() {
        let composed = RedlinedText(from: "", to: "caf\u{E9}")
        let decomposed = RedlinedText(from: "", to: "cafe\u{301}")
        #expect(composed != decomposed)
        #expect(composed == RedlinedText(from: "", to: "caf\u{E9}"))
        #expect(Set([composed, decomposed, composed]).count == 2)
    }
}

@Suite("A redline reads well")
struct RedlineReadingTests {
    @Test func `a changed phrase is one deletion and one insertion`() {
        #expect(
            redline("The parties shall exchange liaison offices.", "The parties shall open two embassies.")
                == "The parties shall [-exchange liaison offices-]{+open two embassies+}.")
    }

    @Test func `an inserted word begins where words begin`() {
        #expect(redline("the dog barks", "the big brown dog barks") == "the {+big brown +}dog barks")
        #expect(redline("a very good act", "a very very good act") == "a very {+very +}good act")
    }

    @Test func `an inserted sentence begins where sentences begin`() {
        #expect(
            redline(
                "The list is annexed. The parties meet.", "The list is annexed. The sites are open. The parties meet.")
                == "The list is annexed. {+The sites are open. +}The parties meet.")
        #expect(redline("甲方同意。甲方撤回。", "甲方同意。甲方簽署。甲方撤回。") == "甲方同意。{+甲方簽署。+}甲方撤回。")
    }

    @Test func `an inserted line is a whole line`() {
        #expect(redline("1. A\n2. B\n3. C\n", "1. A\n2. X\n2. B\n3. C\n") == "1. A\n{+2. X\n+}2. B\n3. C\n")
        #expect(redline("one\ntwo", "one\n\ntwo") == "one\n{+\n+}two")
    }

    @Test func `a comma between two replacements goes with them, and one beside an insertion stays`() {
        #expect(redline("red, green; blue", "white, black; blue") == "[-red, green-]{+white, black+}; blue")
        #expect(
            redline("France, Italy and Spain", "France, Italy, Greece and Spain")
                == "France, Italy{+, Greece+} and Spain")
    }

    @Test func `a word two rewritten phrases happen to share goes with them, and one beside small changes stays`() {
        #expect(
            redline(
                "refrain from the threat or use of force", "resort to armed measures of any other kind")
                == "[-refrain from the threat or use of force-]{+resort to armed measures of any other kind+}"
        )
        #expect(
            redline("within 60 days of it", "upon 30 days from it") == "[-within 60-]{+upon 30+} days [-of-]{+from+} it"
        )
    }

    @Test func `a line break between two replacements stays`() {
        #expect(redline("red\ngreen", "white\nblack") == "[-red-]{+white+}\n[-green-]{+black+}")
    }

    @Test func `a change of white space alone is shown`() {
        #expect(redline("shall  not", "shall not") == "shall[-  -]{+ +}not")
        #expect(redline("shall not", "shall\u{A0}not") == "shall[- -]{+\u{A0}+}not")
    }

    @Test func `compares Korean by word`() {
        #expect(
            redline("양측은 60일 이내에 연락사무소를 교환한다.", "양측은 90일 이내에 연락사무소를 설치한다.")
                == "양측은 [-60일-]{+90일+} 이내에 연락사무소를 [-교환한다-]{+설치한다+}.")
    }

    @Test func `compares Chinese by character`() {
        #expect(redline("雙方應在六十日內互設聯絡處。", "雙方應在三十日內互設大使館。") == "雙方應在[-六-]{+三+}十日內互設[-聯絡處-]{+大使館+}。")
    }
}

@Suite("A text cut into tokens")
struct TokenizedTextTests {
    private func tokens(_ text: String) -> [String] {
        let tokenized = TokenizedText(text)
        return (0..<tokenized.count).map { tokenized.text($0..<$0 + 1) }
    }

    @Test func `keeps hyphens, apostrophes and the points of figures within a word`() {
        #expect(
            tokens("l’accord de cessez-le-feu: 1,000.50 -- parties' 'a'.")
                == [
                    "l’accord", " ", "de", " ", "cessez-le-feu", ":", " ", "1,000.50", " ", "-", "-", " ", "parties",
                    "'", " ",
                    "'", "a", "'", ".",
                ])
        #expect(tokens("a.b 1. 2,b") == ["a", ".", "b", " ", "1", ".", " ", "2", ",", "b"])
    }

    @Test func `keeps marks with what they sit on`() {
        #expect(tokens("e\u{301}te\u{301}") == ["e\u{301}te\u{301}"])
        #expect(tokens("か\u{3099}き") == ["か\u{3099}", "き"])
        #expect(tokens("ก็น้ำ") == ["ก็", "น้ำ"])
        #expect(tokens("ក្ក") == ["ក្ក"])
        #expect(tokens(" \u{301}a") == [" ", "\u{301}a"])
    }

    @Test func `takes each character of a script without spaces, and each word of one with them`() {
        #expect(tokens("第3條ABC平和") == ["第", "3", "條", "ABC", "平", "和"])
        #expect(tokens("さくらサク") == ["さ", "く", "ら", "サ", "ク"])
        #expect(tokens("한반도의 평화") == ["한반도의", " ", "평화"])
        #expect(tokens("العربية हिन्दी") == ["العربية", " ", "हिन्दी"])
    }

    @Test func `takes blanks by the run and line breaks one by one`() {
        #expect(tokens("a \t b\r\n\n\n c") == ["a", " \t ", "b", "\r\n", "\n", "\n", " ", "c"])
    }

    @Test func `is told what scalars are by ranges in ascending order`() {
        let sets: [ScalarSet] = [.attached, .unspaced, .combining, .spacingMarks, .punctuation, .wide, .unseen]
        for set in sets {
            #expect(set.bounds.count % 2 == 0)
            for index in stride(from: 0, to: set.bounds.count, by: 2) {
                #expect(set.bounds[index] <= set.bounds[index + 1])
                #expect(index == 0 || set.bounds[index - 1] < set.bounds[index])
                #expect(set.contains(set.bounds[index]) && set.contains(set.bounds[index + 1]))
                #expect(
                    !set.contains(set.bounds[index + 1] + 1)
                        || set.bounds[(index + 2)...].first == set.bounds[index + 1] + 1)
            }
        }
    }
}

extension RedlinedText {
    /// Whether it keeps the promises of its documentation about segments.
    fileprivate var isWellFormed: Bool {
        let neighbours = zip(segments, segments.dropFirst())
        return segments.allSatisfy { !$0.text.isEmpty }
            && neighbours.allSatisfy { first, second in
                !(first.isKept && second.isKept) && !second.isDeleted || first.isKept && second.isDeleted
            }
            && neighbours.allSatisfy { !($0.isInserted && $1.isInserted) }
    }
}
