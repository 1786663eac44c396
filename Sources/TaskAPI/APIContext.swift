package import Hummingbird
import NIOCore

/// What belongs to one request besides it.
package struct APIContext: RequestContext, Sendable {
    package var coreContext: CoreRequestContextStorage
    /// The connection.
    let channel: any Channel

    package init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }
}
