// swift-tools-version: 6.2

import PackageDescription

/// Every target is checked by the same strict rules; warnings are errors in our own code only.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

/// Release builds bring their libraries along, so that a start has none to find and to bind.
let withoutSharedLibraries: LinkerSetting = .unsafeFlags(
    ["-static-executable", "-Xlinker", "-s"], .when(platforms: [.linux], configuration: .release))

/// The same where C libraries of the system remain: all of Swift's own, Foundation's parts by name.
let withoutSharedSwiftLibraries: LinkerSetting = .unsafeFlags(
    [
        "-static-stdlib", "-Xlinker", "--no-export-dynamic", "-lCoreFoundation", "-l_FoundationICU",
        "-l_FoundationCShims", "-l_FoundationCollections", "-lFoundationInternationalization",
        "-lFoundationEssentials",
    ], .when(platforms: [.linux], configuration: .release))

let package = Package(
    name: "taskdeck",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "taskdeck", targets: ["taskdeck"]),
        .executable(name: "taskdeck-worker", targets: ["taskdeck-worker"]),
        .executable(name: "taskdeck-bench", targets: ["taskdeck-bench"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    ],
    targets: [
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "CNcurses", providers: [.apt(["libncursesw5-dev"])]),
        .target(name: "CForkServer"),
        .target(name: "CProgram"),
        .target(name: "CSignals"),
        .target(name: "CTerminalGuard"),
        .target(
            name: "JSON",
            swiftSettings: strict
        ),
        .target(
            name: "TaskModel",
            dependencies: ["JSON"],
            swiftSettings: strict
        ),
        .target(
            name: "TaskControl",
            dependencies: ["JSON", "TaskModel"],
            swiftSettings: strict
        ),
        .target(
            name: "WorkerProtocol",
            dependencies: ["JSON", "TaskModel"],
            swiftSettings: strict
        ),
        .target(
            name: "HTTPSupport",
            dependencies: ["JSON", "TaskModel"],
            swiftSettings: strict
        ),
        .target(
            name: "TaskOutput",
            dependencies: ["TaskModel"],
            swiftSettings: strict
        ),
        .target(
            name: "TaskTypes",
            dependencies: ["JSON", "TaskModel"],
            swiftSettings: strict
        ),
        .target(
            name: "Processes",
            dependencies: ["CLinux", "CProgram"],
            swiftSettings: strict
        ),
        .target(
            name: "TaskWorker",
            dependencies: [
                "CLinux",
                "CProgram",
                "HTTPSupport",
                "JSON",
                "Processes",
                "TaskModel",
                "TaskOutput",
                "TaskTypes",
                "WorkerProtocol",
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "TaskBoard",
            dependencies: [
                "JSON",
                "TaskModel",
                "WorkerProtocol",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "HeapModule", package: "swift-collections"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "TaskStore",
            dependencies: [
                "JSON",
                "TaskModel",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "TaskSupervisor",
            dependencies: [
                "CForkServer",
                "CLinux",
                "HTTPSupport",
                "JSON",
                "Processes",
                "TaskBoard",
                "TaskControl",
                "TaskModel",
                "TaskOutput",
                "TaskStore",
                "TaskTypes",
                "WorkerProtocol",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "OrderedCollections", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "ServiceLog",
            dependencies: [
                "CLinux",
                "TaskControl",
                "TaskModel",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "TaskAPI",
            dependencies: [
                "HTTPSupport",
                "JSON",
                "TaskControl",
                "TaskModel",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOExtras", package: "swift-nio-extras"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "TaskClient",
            dependencies: [
                "HTTPSupport",
                "JSON",
                "TaskControl",
                "TaskModel",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "ServiceConfiguration",
            dependencies: [
                "JSON",
                "TaskModel",
                "TaskTypes",
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Dashboard",
            dependencies: ["JSON", "TaskControl", "TaskModel"],
            swiftSettings: strict
        ),
        .target(
            name: "Terminal",
            dependencies: ["CLinux", "CNcurses", "CTerminalGuard", "Dashboard", "TaskModel"],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "taskdeck",
            dependencies: [
                "CLinux",
                "CSignals",
                "ServiceConfiguration",
                "Dashboard",
                "HTTPSupport",
                "JSON",
                "Processes",
                "ServiceLog",
                "TaskAPI",
                "TaskClient",
                "TaskControl",
                "TaskModel",
                "TaskStore",
                "TaskSupervisor",
                "TaskTypes",
                "Terminal",
                "WorkerProtocol",
                "taskdeck-worker",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict,
            linkerSettings: [withoutSharedSwiftLibraries]
        ),
        .executableTarget(
            name: "taskdeck-worker",
            dependencies: ["CForkServer", "TaskWorker"],
            linkerSettings: [withoutSharedLibraries]
        ),
        .executableTarget(
            name: "taskdeck-bench",
            dependencies: [
                "CLinux",
                "JSON",
                "TaskModel",
                "taskdeck",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "TestSupport",
            dependencies: [
                "CLinux",
                "JSON",
                "Processes",
                "TaskBoard",
                "TaskControl",
                "TaskModel",
                "TaskTypes",
                "WorkerProtocol",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            path: "Tests/TestSupport",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "fork-fixture",
            dependencies: ["CForkServer"],
            path: "Tests/ForkFixture",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "hard-program",
            path: "Tests/HardProgram"
        ),
        .executableTarget(
            name: "program-fixture",
            dependencies: ["CLinux", "Processes", "TaskModel", "TaskWorker"],
            path: "Tests/ProgramFixture",
            swiftSettings: strict
        ),
        .testTarget(
            name: "TaskModelTests",
            dependencies: ["HTTPSupport", "JSON", "TaskControl", "TaskModel", "TestSupport", "WorkerProtocol"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "TaskOutputTests",
            dependencies: ["TaskModel", "TaskOutput", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "TaskTypesTests",
            dependencies: ["JSON", "TaskModel", "TaskTypes"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "TaskWorkerTests",
            dependencies: [
                "HTTPSupport", "JSON", "Processes", "TaskModel", "TaskOutput", "TaskTypes", "TaskWorker", "TestSupport",
                "WorkerProtocol",
                "hard-program", "program-fixture", "taskdeck-worker",
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "TaskBoardTests",
            dependencies: [
                "JSON", "TaskBoard", "TaskModel", "TestSupport", "WorkerProtocol",
                .product(name: "OrderedCollections", package: "swift-collections"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "TaskStoreTests",
            dependencies: [
                "JSON", "TaskControl", "TaskModel", "TaskStore", "TestSupport",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "TaskSupervisorTests",
            dependencies: [
                "CForkServer", "HTTPSupport", "JSON", "TaskBoard", "TaskControl", "TaskModel", "TaskOutput",
                "TaskStore", "TaskSupervisor",
                "TestSupport", "WorkerProtocol", "fork-fixture", "taskdeck-worker",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "OrderedCollections", package: "swift-collections"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ServiceLogTests",
            dependencies: [
                "JSON", "ServiceLog", "TaskControl", "TaskModel", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "TaskAPITests",
            dependencies: [
                "HTTPSupport", "JSON", "ServiceLog", "TaskAPI", "TaskControl", "TaskModel", "TaskTypes", "TestSupport",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "TaskClientTests",
            dependencies: [
                "JSON", "TaskClient", "TaskControl", "TaskModel", "TestSupport", "taskdeck", "taskdeck-worker",
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ServiceConfigurationTests",
            dependencies: ["ServiceConfiguration", "JSON", "TaskModel", "TaskTypes"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "DashboardTests",
            dependencies: ["Dashboard", "JSON", "TaskControl", "TaskModel", "TaskTypes", "Terminal", "TestSupport"],
            exclude: ["Screens"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "BenchTests",
            dependencies: ["JSON", "TaskModel", "taskdeck-bench"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "Dashboard", "JSON", "Processes", "TaskModel", "TaskStore", "TestSupport", "hard-program", "taskdeck",
                "taskdeck-bench", "taskdeck-worker",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
    ]
)
