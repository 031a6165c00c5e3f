internal import Foundation

/// The person at the terminal, if there is one.
///
/// Questions go to standard error and answers come from standard input, so that results stay clean. Where either is no
/// terminal nobody is asked, and the verb says which option answers instead.
enum Keyboard {
    static var isThere: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

    /// Asks, and gives the answer without its end of line; nil at the end of input.
    static func ask(_ question: String) -> String? {
        Surroundings.current.writeTalk(question)
        return readLine()
    }

    /// Asks whether to sign, unless the answer was given with `--yes`.
    ///
    /// - Throws: a ``Complaint`` for any answer but yes, or where nobody can be asked: nothing was signed then.
    static func confirm(_ question: String, isGiven: Bool) throws(Complaint) {
        guard !isGiven else { return }
        guard isThere else {
            throw .usage("there is no terminal to ask at, and nothing was signed", hint: "--yes signs without asking")
        }
        guard ask("\n\(question)") == "yes" else { throw Complaint(.notSo, "not-signed", "nothing was signed") }
    }

    /// Asks for what must not be seen: nothing typed is shown. Nil at the end of input, or for control-C.
    ///
    /// Signals from the keyboard are off meanwhile, so that no interruption leaves the terminal without echo.
    static func askHidden(_ question: String) -> String? {
        Surroundings.current.writeTalk(question)
        var shown = termios()
        guard tcgetattr(STDIN_FILENO, &shown) == 0 else { return nil }
        var hidden = shown
        hidden.c_lflag &= ~tcflag_t(ECHO | ISIG)
        guard tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) == 0 else { return nil }
        defer {
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown)
            Surroundings.current.writeTalk("\n")
        }
        guard let answer = readLine(), !answer.unicodeScalars.contains("\u{3}") else { return nil }
        return answer
    }
}
