using Xunit;

namespace SuRnnStream.Tests.Hosting;

/// <summary>Tests of the process's exit code, which every host that stops by itself may set: no other test runs beside them.</summary>
[CollectionDefinition(nameof(ProcessExitCode), DisableParallelization = true)]
public sealed class ProcessExitCode;
