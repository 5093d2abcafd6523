import Foundation
import Synchronization

/// Ends the programs that tests started, where the tests' own process ends first: killed, or interrupted.
///
/// A shell that is told of each, and acts when nobody is left to tell it more. The kernel's own means, a signal at the
/// parent's death (`prctl(2)`, PR_SET_PDEATHSIG), goes by the thread that started a program, and those come and go.
final class Watchdog: Sendable {
    /// The one of this process, as long as that lives.
    static let shared = Result { try Watchdog() }

    private static let script = """
        trap '' INT TERM HUP
        live=' '
        while read -r sign pid; do
            case "$sign$live" in
                +*) live="$live$pid " ;;
                -*" $pid "*) live="${live%% $pid *} ${live#* $pid }" ;;
            esac
        done
        for pid in $live; do
            case "$(readlink "/proc/$pid/exe")" in
                */faremux* | */mock-provider*) kill -KILL "$pid" ;;
            esac
        done
        """

    /// Open in this process alone, so that it closes when this process ends.
    private let words: Mutex<FileHandle>

    private init() throws {
        let pipe = Pipe()
        guard fcntl(pipe.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC) == 0 else {
            throw HarnessError("a watchdog's pipe that programs would inherit")
        }
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/sh")
        shell.arguments = ["-c", Self.script]
        shell.standardInput = pipe
        shell.standardOutput = FileHandle.nullDevice
        shell.standardError = FileHandle.nullDevice
        try shell.run()
        words = Mutex(pipe.fileHandleForWriting)
    }

    /// A program was started.
    func watch(_ pid: Int32) throws { try tell("+ \(pid)\n") }

    /// It has ended: its number may be another's soon.
    func forget(_ pid: Int32) throws { try tell("- \(pid)\n") }

    private func tell(_ line: String) throws { try words.withLock { try $0.write(contentsOf: Data(line.utf8)) } }
}
