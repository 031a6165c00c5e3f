internal import ArgumentParser

/// Measures what the toolkit promises to be fast at; one subcommand for each room that promises something.
@main
struct Benchmarks: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "benchmarks", abstract: "Measure speed, size and memory.",
        subcommands: [
            DraftingBenchmark.self, NegotiationBenchmark.self, ExchangeBenchmark.self, ProofBenchmark.self,
            VerificationBenchmark.self,
        ])
}
