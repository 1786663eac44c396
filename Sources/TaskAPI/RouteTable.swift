import HTTPTypes

extension Route {
    /// Every route of the API.
    ///
    /// To add one: an entry here and its handler. The methods of a path are in the order of its `Allow` header.
    static let all: [Route] = [
        Route(
            .get, "/tasks", parameters: [.status, .taskType, .limit, .after, .fields], "Lists tasks, oldest first",
            handler: TaskEndpoints.list),
        Route(.post, "/tasks", "Creates a task", handler: TaskEndpoints.create),
        Route(.get, "/tasks/{id}", parameters: [.detail, .fields], "Shows a task", handler: TaskEndpoints.show),
        Route(
            .patch, "/tasks/{id}", "Changes the priority or the place of a queued task", handler: TaskEndpoints.change),
        Route(
            .delete, "/tasks/{id}", parameters: [.useHTTP], "Ends a task, by force or gracefully",
            handler: TaskEndpoints.delete),
        Route(
            .post, "/tasks/{id}/control", "Pauses, resumes, terminates or kills a task",
            handler: TaskEndpoints.performAction),
        Route(
            .post, "/tasks/{id}/retry", "Runs a task that has ended again, as a new one", handler: TaskEndpoints.retry),
        Route(
            .get, "/tasks/{id}/log", parameters: [.stream, .tail, .since, .format, .follow, .hold, .attempt],
            "Shows what a task has written", handler: LogEndpoints.show),
        Route(
            .get, "/tasks/{id}/output", parameters: [.part, .cursor, .limit, .stream, .attempt, .wait],
            "Shows a page of what a program has written", handler: OutputEndpoints.show),
        Route(.get, "/types", "Lists the task types and their fields", handler: ServiceEndpoints.types),
        Route(.get, "/queue", "Shows the queue", handler: QueueEndpoints.show),
        Route(.post, "/queue/pause", "Pauses the start of tasks", handler: QueueEndpoints.pause),
        Route(.post, "/queue/resume", "Resumes the start of tasks", handler: QueueEndpoints.resume),
        Route(.post, "/reload", "Reads the configuration again", handler: ServiceEndpoints.reload),
        Route(.post, "/shutdown", "Ends the service", handler: ServiceEndpoints.shutDown),
        Route(
            .get, "/events", parameters: [.status, .taskType, .task, .fields, .lastEventID],
            "Streams the tasks and their changes", handler: StreamEndpoints.events),
        Route(
            .get, "/log", parameters: [.tail, .level, .follow], "Shows the service's log", handler: StreamEndpoints.log
        ),
        Route(.get, "/usage", "Shows what the workers use", handler: ServiceEndpoints.usage),
        Route(.get, "/health", "Reports the state of the service", handler: ServiceEndpoints.health),
    ]
}
