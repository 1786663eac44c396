import Glibc
import Processes
import TestSupport
import Testing

@Suite("Processes as the kernel shows them")
struct ProcessesTests {
    private func entry(_ stat: String) -> ProcessEntry? {
        ProcessEntry(stat: stat)
    }

    @Test(
        "The name in a stat file may contain anything",
        arguments: ["sh", "a b", "(x)", "a) R 1 2 3", ") S 9 9 9 (", "", "\n", "nämé"])
    func names(name: String) throws {
        let rest = "T 10 20 30 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 4 0 987654321 1 2 3"
        let found = try #require(entry("42 (\(name)) \(rest)\n"))
        #expect(found.pid == 42 && found.parent == 10 && found.group == 20 && found.session == 30)
        #expect(found.state == UInt8(ascii: "T") && found.threads == 4 && found.startTime == 987_654_321)
    }

    @Test(
        "A stat file that is cut off is none",
        arguments: [
            "", "42", "42 (sh", "42 (sh)", "42 (sh) ", "42 (sh) S", "42 (sh) S 1 2", "x (sh) S 1 2 3",
            "42 (a) S 1 2 3 x",
        ])
    func malformed(stat: String) {
        #expect(entry(stat) == nil)
    }

    @Test("A process that is the first of its namespace's group has group 0")
    func foreignGroup() throws {
        let found = try #require(entry("1 (init) S 0 0 0 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 3 1 2 3"))
        #expect(found.group == 0 && found.parent == 0)
    }

    @Test("This process is there, and what is below it is the same in both ways of search")
    func own() async throws {
        let entry = try #require(ProcessEntry(pid: getpid()))
        #expect(entry.parent == getppid() && entry.group == getpgrp() && !entry.hasEnded)
        #expect(ProcessEntry(pid: -1) == nil)
        // Of a program that nobody else changes.
        for options in [[], ["--scan"]] {
            try await ProgramFixture.run(
                ["/bin/sh", "-c", "sleep 600 & sleep 600 & echo ready; wait"], options: options
            ) { fixture in
                try await fixture.worker.output.line(with: "ready")
                let leader = try await fixture.leader()
                for source in [ProcessTree.Source.children, .parents] {
                    let found = ProcessTree(below: leader, source: source).descendants()
                    #expect(found.count == 2 && found.allSatisfy { $0.parent == leader && $0.session == leader })
                    #expect(
                        ProcessTree(below: fixture.worker.pid, source: source).descendants().first?.pid == leader)
                }
                try await fixture.worker.write(line: "kill")
            }
        }
    }

    @Test("A signal reaches no process that has the pid, but another start time")
    func otherProcess() async throws {
        try await ProgramFixture.run(["sleep", "600"]) { fixture in
            let leader = try await fixture.leader()
            let real = try #require(ProcessEntry(pid: leader))
            let other = try #require(
                entry("\(leader) (x) S 1 1 1 0 -1 0 1 2 3 4 5 6 7 8 20 0 1 0 \(real.startTime + 1) 1 2 3"))
            #expect(!other.send(SIGKILL))
            #expect(real.send(0))
            try await fixture.worker.write(line: "kill")
        }
    }

    @Test("Passes of a signal pause only when they find nothing new, and longer each time")
    func backoff() {
        // Of processes that are not there.
        func entries(_ pids: Int32...) -> [ProcessEntry] {
            pids.compactMap { entry("\($0) (x) S 1 0 1 0 -1 0 1 2 3 4 5 6 7 8 20 0 1 0 5 1 2 3") }
        }
        var signal = TreeSignal(0)
        #expect(signal.send(to: entries(1, 2)) == 0)
        #expect(signal.send(to: entries(1, 2)) == 1)
        #expect(signal.send(to: entries(2)) == 2)
        #expect(signal.send(to: entries(2, 3)) == 0)
        for expected in [1, 2, 4, 8, 16, 16] { #expect(signal.send(to: entries(3)) == expected) }
    }
}

@Suite("The search for a program")
struct ProgramPathTests {
    private static let files: [String: Int32] = [
        "/bin/run": 0, "/usr/bin/run": 0, "/bin/denied": EACCES, "/bin/folder": EISDIR, "/usr/bin/folder": 0,
        "/bin/later": EACCES, "/usr/bin/later": 0, "/home/me/here": 0, "/home/me/./here": 0, "/home/me/bin/mine": 0,
        "/here": 0,
    ]

    @Test(
        "A name is searched for in PATH, a path is not",
        arguments: [
            ("run", "/bin:/usr/bin", "/bin/run"), ("run", "/usr/bin:/bin", "/usr/bin/run"),
            ("run", nil, "/usr/bin/run"),
            ("folder", "/bin:/usr/bin", "/usr/bin/folder"), ("later", "/bin:/usr/bin", "/usr/bin/later"),
            ("here", "", "/home/me/here"), ("here", "/bin:", "/home/me/here"), ("here", ":/bin", "/home/me/here"),
            ("mine", "bin", "/home/me/bin/mine"), ("./here", "/bin", "/home/me/./here"),
            ("/bin/run", "", "/bin/run"), ("bin/mine", "/bin", "/home/me/bin/mine"),
        ] as [(String, String?, String)])
    func found(name: String, path: String?, expected: String) throws {
        let file = try ProgramPath.find(name, path: path, directory: "/home/me") { Self.files[$0] ?? ENOENT }
        #expect(file == expected)
    }

    @Test(
        "A file that cannot be executed counts more than none",
        arguments: [
            ("no", "/bin:/usr/bin", ENOENT, "no such file"), ("", "/bin", ENOENT, "no such file"),
            ("denied", "/usr/bin:/bin", EACCES, "permission denied"),
            ("denied", "/bin:/usr/bin", EACCES, "permission denied"),
            ("folder", "/bin", EACCES, "permission denied"), ("/bin/folder", "/usr/bin", EISDIR, "a directory"),
            ("/bin/denied", "/bin", EACCES, "permission denied"), ("./no", "/bin", ENOENT, "no such file"),
            ("here", "/bin", ENOENT, "no such file"),
        ])
    func notFound(name: String, path: String, error: Int32, reason: String) {
        let expected = ProgramError.cannotRun(name, error)
        #expect(throws: expected) {
            try ProgramPath.find(name, path: path, directory: "/home/me") { Self.files[$0] ?? ENOENT }
        }
        #expect("\(expected)" == "cannot run '\(name)': \(reason)")
    }

    @Test("From the root directory there is one slash")
    func root() throws {
        #expect(try ProgramPath.find("here", path: "", directory: "/") { Self.files[$0] ?? ENOENT } == "/here")
    }
}

@Suite("The control group of a process")
struct ControlGroupTests {
    private static let unified = "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n"
    private static let hybrid = """
        31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755
        32 31 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu
        41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
        """

    @Test(
        "It is found below the mount of cgroup2",
        arguments: [
            (unified, "0::/\n", "/sys/fs/cgroup"), (unified, "0::/user.slice/a b\n", "/sys/fs/cgroup/user.slice/a b"),
            (hybrid, "9:name=systemd:/x\n0::/y\n", "/sys/fs/cgroup/unified/y"),
            ("30 23 0:26 /box /mnt/my\\040groups rw - cgroup2 none rw", "0::/box/in", "/mnt/my groups/in"),
            ("30 23 0:26 /box /g rw - cgroup2 none rw", "0::/box", "/g"),
            ("30 23 0:26 /box /g rw - cgroup2 none rw", "0::/boxes", nil),
            ("30 23 0:26 /box /g rw - cgroup2 none rw", "0::/", nil),
            ("30 23 0:26 /box /g rw - cgroup2 none rw\n" + unified, "0::/a", "/sys/fs/cgroup/a"),
            (unified, "0::/../outside", nil), (unified, "1:cpu:/\n", nil), (unified, "", nil), ("", "0::/", nil),
            ("32 31 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu", "0::/", nil), ("nonsense -", "0::/", nil),
        ] as [(String, String, String?)])
    func directory(mounts: String, membership: String, expected: String?) {
        #expect(ControlGroup.directory(mounts: mounts, membership: membership) == expected)
    }
}
