namespace SuRnnStream.Tests.Support;

/// <summary>The shipped recording, the model that detects its commands, and those commands in order.</summary>
static class ShippedSample
{
    public static readonly string Recording = Repository.File("samples", "audio", "commands.wav");
    public static readonly string Model = Repository.File("models", "commands.surnn");
    public static readonly string[] Words = ["yes", "no", "up", "down", "left", "right", "on", "off", "stop", "go"];

    /// <summary>What the model detects in it, in order: the words and nothing else.</summary>
    public static string[] Detected => Words;
}
