import GRDB

/// Why a change was not stored, or a record not read.
package enum StoreError: Error, Hashable {
    /// There is no room on the disk.
    case full(reason: String)
    /// The database refuses this change alone.
    case rejected(reason: String)
    /// The disk or the file cannot be used.
    case unavailable(reason: String)
    /// The service has ended.
    case closed

    init(_ error: any Error) {
        switch error {
        case let error as StoreError: self = error
        case let error as DatabaseError where error.resultCode == .SQLITE_FULL:
            self = .full(reason: error.message ?? "the disk is full")
        case let error as DatabaseError where Self.rejections.contains(error.resultCode):
            self = .rejected(reason: error.message ?? "SQLite error \(error.resultCode.rawValue)")
        case let error as DatabaseError:
            self = .unavailable(reason: error.message ?? "SQLite error \(error.resultCode.rawValue)")
        default: self = .unavailable(reason: "\(error)")
        }
    }

    private static let rejections: [ResultCode] = [
        .SQLITE_CONSTRAINT, .SQLITE_CORRUPT, .SQLITE_ERROR, .SQLITE_MISMATCH, .SQLITE_TOOBIG,
    ]
}

extension StoreError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .full(let reason), .rejected(let reason), .unavailable(let reason): reason
        case .closed: "the service has ended"
        }
    }
}

/// Why a state directory cannot be used, in one sentence.
package struct StateUnusable: Error, CustomStringConvertible {
    package let description: String
}
