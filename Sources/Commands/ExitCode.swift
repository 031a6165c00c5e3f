/// What the program tells the shell: published, tested, and never given another meaning.
///
/// From 64 on they are the numbers of `sysexits.h`. Source: `Docs/Specification/commands.md`.
public enum ExitCode: Int32, Hashable, Sendable, CaseIterable {
    /// It holds; it was done.
    case holds = 0
    /// Valid or incomplete, but what was required is not (yet) so.
    case notSo = 1
    case invalid = 2
    /// Valid, and the same records prove a lie.
    case provesLie = 3
    /// The command line is not one that this program understands.
    case usage = 64
    /// Not our format, or a charter that cannot be read.
    case notOurFormat = 65
    case noSuchFile = 66
    case notReached = 69
    case cannotWrite = 73
    /// Somebody else has it open: try again.
    case inUse = 75
    case notYours = 77
}
