namespace SuRnnStream;

/// <summary>Opens files: sound for a model of sound, recordings of sensors for one of sensors.</summary>
sealed class FileOpener : ISourceOpener
{
    public string Addresses => "a path of a file";

    /// <summary>True: it is no address of a network. The host asks all other openers first: a name of a file may have a colon, as times of day do.</summary>
    public bool Opens(string address) => !address.Contains("://", StringComparison.Ordinal);

    public ISampleSource Open(SourceRequest request) =>
        request.Sensor is { } sensor ? SensorFile.Open(request.Address, sensor) : AudioFile.Open(request.Address, request.Channel);
}
