namespace SuRnnStream;

/// <summary>A source that code makes.</summary>
/// <param name="Name">By which detectors name it.</param>
/// <param name="Make">Called when the host starts, and again after every loss.</param>
sealed record AddedSource(string Name, Func<IServiceProvider, ISampleSource> Make);

/// <summary>A sink that code makes, once.</summary>
/// <param name="Name">For logs and metrics.</param>
/// <param name="Make">Called when the host starts.</param>
sealed record AddedSink(string Name, Func<IServiceProvider, IDetectionSink> Make);
