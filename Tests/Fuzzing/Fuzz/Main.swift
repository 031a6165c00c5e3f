import Foundation

@_extern(c)
func LLVMFuzzerRunDriver(
    _ argc: UnsafeMutablePointer<CInt>,
    _ argv: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
    _ callback: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// What is fuzzed in this run. Set once, before libFuzzer begins.
nonisolated(unsafe) private var target = FuzzTarget.cbor

/// `fuzz TARGET …`: the rest of the line is libFuzzer's. `fuzz list` names the targets, `fuzz seeds DIR` writes seeds
/// of formats that have no vectors.
///
/// The package manager calls the program's entry by this name, for libFuzzer has a `main` of its own.
@_cdecl("fuzz_main")
func fuzzMain(_ argc: CInt, _ argv: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> CInt {
    let words = CommandLine.arguments.dropFirst()
    switch words.first {
    case "list":
        print(FuzzTarget.allCases.map(\.rawValue).joined(separator: "\n"))
        return 0
    case "seeds":
        guard let folder = words.dropFirst().first else { return 64 }
        do { try Seeds.write(to: folder) } catch { return 73 }
        return 0
    case let name?:
        guard let named = FuzzTarget(rawValue: name) else {
            print("there is no target \(name); `fuzz list` names them")
            return 64
        }
        target = named
    case nil:
        print("usage: fuzz TARGET [libFuzzer's options] [corpus]")
        return 64
    }
    // libFuzzer sees the line without the target's name.
    argv[1] = argv[0]
    var count = argc - 1
    var rest: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = argv + 1
    return LLVMFuzzerRunDriver(&count, &rest) { bytes, byteCount in feed(bytes, byteCount) }
}

/// The name that libFuzzer's own `main`, which is linked and never called, wants to find.
@_cdecl("LLVMFuzzerTestOneInput")
func feed(_ bytes: UnsafePointer<UInt8>?, _ byteCount: Int) -> CInt {
    target.feed(Array(UnsafeBufferPointer(start: bytes, count: byteCount)))
    return 0
}
