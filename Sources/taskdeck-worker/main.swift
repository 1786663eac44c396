import TaskWorker

Worker.main(arguments: Array(CommandLine.arguments.dropFirst()))
