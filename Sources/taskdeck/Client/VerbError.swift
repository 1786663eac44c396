import JSON
import TaskClient
import TaskModel

/// Why a verb has not done what it should, in one line, with what to do.
struct VerbError: Error {
    /// `nil` if everything has been said on standard error.
    let message: String?
    let status: Int32

    init(_ message: String?, _ status: Int32) {
        self.message = message
        self.status = status
    }

    static func usage(_ message: String) -> VerbError { VerbError(message, ExitStatus.usage) }

    init(_ error: TaskError, in session: ClientSession) {
        self.init(Self.message(error, session.address, hasToken: session.hasToken), error.exitStatus)
    }

    private static func message(_ error: TaskError, _ address: ServiceAddress, hasToken: Bool) -> String {
        switch error {
        case .remote(.unreachable(let reason)):
            switch address {
            case .socket(let path):
                return "no service at \(path) (\(reason)); start one with 'taskdeck serve', "
                    + "or name another with --state or --url"
            case .network(let url):
                return "no service at \(url) (\(reason)); start one there with 'taskdeck serve', "
                    + "or name another with --url"
            }
        case .remote(.connectionLost(let reason)):
            return "the connection to \(address) was lost: \(reason); see what has happened with 'taskdeck ls'"
        case .remote(.timedOut(let limit)):
            return "\(address) has not answered within \(limit.secondsText); try again, or give it more time"
        case .remote(.unexpectedAnswer(let reason)):
            return "the service at \(address) is no taskdeck: \(reason)"
        case .remote(.forbidden(let problem)) where problem.status == 401:
            let refusal = hasToken ? "does not accept this token" : "needs its token"
            return "the service at \(address) \(refusal); pass it with --token-file or TASKDECK_TOKEN"
        case .remote(.forbidden(let problem)):
            return "\(problem.detail) (here: --token-file, TASKDECK_TOKEN or --url unix:PATH)"
        case .remote(.problem(let problem)) where problem.code.hasSameBytes(as: "not_found"):
            return "the service at \(address) does not know this request; it may be of an earlier version"
        case .invalidFields(let problems):
            return problems.map { "\($0.field) \($0.message)" }.joined(separator: "; ")
        default:
            return error.detail
        }
    }
}
