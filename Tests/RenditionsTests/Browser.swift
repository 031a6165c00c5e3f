import Foundation

/// Debian's Chromium, without a window and without a network, spoken to through a pipe.
///
/// Source: Chrome DevTools Protocol; messages are JSON, each ended by a zero byte, from descriptor 3 and to descriptor 4.
final class Browser {
    /// Nil where it is not installed; what asks for it is then skipped.
    static let program = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    private let process = Process()
    private let toBrowser = Pipe()
    private let fromBrowser = Pipe()
    private let folder = NSTemporaryDirectory() + "/syngraph-browser-" + UUID().uuidString
    private var session: String?
    private var number = 0
    private var unread: [UInt8] = []
    /// Addresses that were asked for since the last page was opened, that page's own apart.
    private(set) var requests: [String] = []
    private static let patience: Int32 = 60_000

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    init(flags: [String] = []) throws {
        guard let program = Self.program else { throw Failure(description: "there is no Chromium") }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let arguments =
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--remote-debugging-pipe",
                "--host-resolver-rules=MAP * ~NOTFOUND", "--user-data-dir=\(folder)/profile",
            ] + flags
        // A shell puts our two pipes where the browser looks for them.
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments =
            ["-c", "exec \"$0\" \"$@\" 3<&0 4>&1 </dev/null >/dev/null 2>/dev/null", program] + arguments
        process.standardInput = toBrowser
        process.standardOutput = fromBrowser
        try process.run()
        let target = try ask("Target.createTarget", ["url": "about:blank"])["targetId"] as? String ?? ""
        session = try ask("Target.attachToTarget", ["targetId": target, "flatten": true])["sessionId"] as? String
        _ = try ask("Page.enable")
        _ = try ask("Network.enable")
        _ = try ask(
            "Network.emulateNetworkConditions",
            [
                "offline": true, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1,
            ])
    }

    deinit {
        process.terminate()
        process.waitUntilExit()
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Opens a page from a file, waits until it has set `data-verdict`, and returns the value of an expression.
    func open(_ html: String, then expression: String) throws -> String {
        let file = folder + "/page.html"
        try Data(html.utf8).write(to: URL(filePath: file))
        requests = []
        let address = "file://" + file
        _ = try ask("Page.navigate", ["url": address])
        let waiting = """
            new Promise((done) => {
              const look = () => document.documentElement?.dataset.verdict ? done(\(expression)) : setTimeout(look, 4);
              look();
            })
            """
        let answer = try ask(
            "Runtime.evaluate", ["expression": waiting, "awaitPromise": true, "returnByValue": true])
        requests.removeAll { $0 == address }
        guard let value = (answer["result"] as? [String: Any])?["value"] as? String else {
            throw Failure(description: "no answer: \(answer)")
        }
        return value
    }

    // MARK: The pipe

    private func ask(_ method: String, _ parameters: [String: Any] = [:]) throws -> [String: Any] {
        number += 1
        var message: [String: Any] = ["id": number, "method": method, "params": parameters]
        if let session { message["sessionId"] = session }
        let data = try JSONSerialization.data(withJSONObject: message) + [0]
        try toBrowser.fileHandleForWriting.write(contentsOf: data)
        while true {
            let heard = try next()
            note(heard)
            guard heard["id"] as? Int == number else { continue }
            guard let result = heard["result"] as? [String: Any] else {
                throw Failure(description: "\(method): \(heard)")
            }
            return result
        }
    }

    private func note(_ message: [String: Any]) {
        guard message["method"] as? String == "Network.requestWillBeSent",
            let parameters = message["params"] as? [String: Any], let request = parameters["request"] as? [String: Any],
            let address = request["url"] as? String
        else { return }
        requests.append(address)
    }

    private func next() throws -> [String: Any] {
        while true {
            if let end = unread.firstIndex(of: 0) {
                let message = Data(unread[..<end])
                unread.removeSubrange(...end)
                return try JSONSerialization.jsonObject(with: message) as? [String: Any] ?? [:]
            }
            let descriptor = fromBrowser.fileHandleForReading.fileDescriptor
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, Self.patience) == 1 else { throw Failure(description: "the browser is silent") }
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { throw Failure(description: "the browser has gone") }
            unread += buffer[..<count]
        }
    }
}
