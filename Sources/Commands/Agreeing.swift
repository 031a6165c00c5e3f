internal import ArgumentParser

extension SyngraphCommand {
    /// The verbs that make records, in the order in which a party comes to them.
    static let agreeing = CommandGroup(
        name: "Agreeing",
        subcommands: [
            Party.self, CharterVerb.self, Found.self, Invite.self, Join.self, Amend.self, RebaseVerb.self,
            SealVerb.self, Close.self, Withdraw.self, SignVerb.self, Export.self, Import.self,
            Key.self, Certificate.self,
        ])
}
