internal import Foundation

/// What tells this copy of a store from others that were or will be made of it: the machine, the file system, and the
/// file on it. A store that was copied or moved, and mostly one that was restored, stands elsewhere.
///
/// A file that was written over in place, or a machine that was set back as a whole, is not noticed by this; its peers
/// then show it what it wrote.
enum StorePlace {
    static func of(_ path: String) -> [UInt8] {
        var status = stat()
        guard stat(path, &status) == 0 else { return [] }
        let machine = FileManager.default.contents(atPath: "/etc/machine-id").map { Array($0) } ?? []
        return machine + Array("\(status.st_dev):\(status.st_ino)".utf8)
    }
}
