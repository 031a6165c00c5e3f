internal import ArgumentParser

/// `syngraph draft`
struct DraftVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "draft",
        abstract: "Write a text together: it binds nobody, and whoever has a copy may go on with it.",
        discussion: """
            A draft is opened on the text in force. Everybody edits it at once, apart; when nodes meet, the copies have \
            one draft. Things in it are named by the entry that made them and a number, as in 3fa92b1c.0.

            Example:

              syngraph draft open --title en="Liaison offices"
              syngraph draft edit 3fa92b1c article-4
              syngraph draft show 3fa92b1c
            """,
        groupedSubcommands: [
            CommandGroup(
                name: "Drafts",
                subcommands: [
                    DraftOpen.self, DraftList.self, DraftShow.self, DraftLog.self, DraftFreeze.self, DraftClose.self,
                    DraftReopen.self,
                ]),
            CommandGroup(
                name: "Text",
                subcommands: [
                    DraftEdit.self, DraftAdd.self, DraftMove.self, DraftStrike.self, DraftKeep.self, DraftSet.self,
                    DraftUndo.self,
                ]),
            CommandGroup(
                name: "Disagreement",
                subcommands: [
                    DraftBracketVerb.self, DraftPosition.self, DraftChoose.self, DraftSuggest.self, DraftReserve.self,
                    DraftLift.self,
                ]),
            CommandGroup(name: "Notes", subcommands: [DraftNoteVerb.self, DraftReply.self, DraftResolve.self]),
        ])
}
