internal import Cryptography
public import Identity

/// A note, its thread, and whether it is done with.
public struct DraftNote: Hashable, Sendable {
    public enum Subject: Hashable, Sendable {
        case node(NodeName)
        /// The range is nil where the text has lost it: an anchor is nowhere.
        case text(TextName, Range<Int>?)
    }

    public let name: OperationName
    public let subject: Subject
    public let words: Attributed<Words>
    /// In the order of everything.
    public let replies: [Attributed<Words>]
    /// What stands, in the order of everything: true as values mean that it is resolved.
    public let states: [Attributed<Bool>]

    public var isResolved: Bool { !states.isEmpty && states.allSatisfy(\.value) }
}

/// A party's reservation.
public struct DraftReservation: Hashable, Sendable {
    public enum Subject: Hashable, Sendable {
        case node(NodeName)
        case bracket(OperationName)
    }

    public let name: OperationName
    public let party: Identifier
    public let subject: Subject
    public let kind: ReservationKind
    public let words: Words?
    public let isLifted: Bool
}

extension Draft {
    /// All notes, in the order of everything.
    public var allNotes: [DraftNote] {
        var locators: [Int: TextLocator] = [:]
        for text in texts.indices where !texts[text].notes.isEmpty { locators[text] = locator(of: text) }
        return notes.sorted { precedes($0.maker, $1.maker) }.map { note in
            DraftNote(
                name: name(of: note.maker), subject: subject(of: note, locators),
                words: attributed(note.words, by: note.maker),
                replies: note.replies.sorted { precedes($0.maker, $1.maker) }.map {
                    attributed($0.words, by: $0.maker)
                },
                states: attributed(note.isResolved))
        }
    }

    private func subject(of note: DraftedNote, _ locators: [Int: TextLocator]) -> DraftNote.Subject {
        switch note.subject {
        case .node(let node): .node(name(of: node))
        case .span(let text, let start, let end):
            .text(name(ofText: text), locators[text]?.span(from: start, to: end))
        }
    }

    /// All reservations, those lifted too, in the order of everything.
    public var allReservations: [DraftReservation] {
        reservations.sorted { precedes($0.maker, $1.maker) }.map { reservation in
            DraftReservation(
                name: name(of: reservation.maker), party: party(of: reservation.maker.entry),
                subject: subject(of: reservation), kind: reservation.kind, words: reservation.words,
                isLifted: reservation.isLifted)
        }
    }

    private func subject(of reservation: DraftedReservation) -> DraftReservation.Subject {
        switch reservation.subject {
        case .node(let node): .node(name(of: node))
        case .bracket(let bracket): .bracket(name(of: brackets[bracket].maker))
        }
    }
}
