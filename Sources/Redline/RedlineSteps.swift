/// What each redline of many may cost, so that all of them together cost no more than one comparison may.
///
/// A text's share is by its bytes. Shares of short comparisons are more than any text can use.
package struct RedlineSteps: Sendable {
    private let byteCount: Int

    /// - Parameter byteCount: the bytes of all texts that will be compared, old and new.
    package init(forByteCount byteCount: Int) {
        self.byteCount = byteCount
    }

    package func redline(_ old: String, _ new: String) -> RedlinedText {
        RedlinedText(from: old, to: new, stepLimit: stepLimit(forByteCount: old.utf8.count + new.utf8.count))
    }

    /// The steps that a redline of two texts may take in each pass.
    func stepLimit(forByteCount pairByteCount: Int) -> Int {
        let share = Double(pairByteCount) / Double(max(1, byteCount))
        return min(RedlineLimits.stepsPerPass, Int(Double(RedlineLimits.stepsPerComparison) * min(1, share)))
    }
}
