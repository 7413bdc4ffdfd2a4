namespace SuRnnStream.Tests.Support;

/// <summary>The shipped recording, the model that detects its commands, and those commands in order.</summary>
static class ShippedSample
{
    public static readonly string Recording = Repository.File("samples", "audio", "commands.wav");
    public static readonly string Model = Repository.File("models", "commands.surnn");

    /// <summary>What the model detects, in order: one other word is taken for *right*.</summary>
    public static readonly string[] Detected = ["yes", "no", "up", "down", "left", "right", "right", "on", "off", "stop", "go"];

    public static readonly string[] Words = ["yes", "no", "up", "down", "left", "right", "on", "off", "stop", "go"];
}
