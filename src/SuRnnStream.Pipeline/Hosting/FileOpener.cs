namespace SuRnnStream;

/// <summary>Opens files: sound for a model of sound, recordings of sensors for one of sensors.</summary>
sealed class FileOpener : ISourceOpener
{
    public string Addresses => "a path of a file";

    /// <summary>True: there is no scheme in front. A single letter is a drive.</summary>
    public bool Opens(string address) => address.IndexOf(':') is < 2;

    public ISampleSource Open(SourceRequest request) =>
        request.Sensor is { } sensor ? SensorFile.Open(request.Address, sensor) : AudioFile.Open(request.Address);
}
