internal import Commands
internal import Foundation

/// The program: hands the words typed to the verbs, and their answer to the shell.
@main
enum Program {
    static func main() async {
        let code = await SyngraphCommand.perform(Array(CommandLine.arguments.dropFirst()))
        exit(code.rawValue)
    }
}
