using System.Text.Json;
using Microsoft.Extensions.Options;

namespace SuRnnStream;

/// <summary>What keeps a host from starting, for the user of the program that it is.</summary>
public static class HostFault
{
    /// <summary>
    /// A line for each thing that is wrong with what the user gave: settings, files, addresses; of settings that are no JSON with file, line and column.
    /// Null: it is none of these, but a fault of the program, whose stack says more.
    /// </summary>
    public static string? Describe(Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        if (error is not (OptionsValidationException or IOException or InvalidDataException or UnauthorizedAccessException)) return null;
        for (var inner = error.InnerException; inner is not null; inner = inner.InnerException)
            if (inner is JsonException { LineNumber: { } line, BytePositionInLine: { } place } json) return $"{error.Message.TrimEnd('.')}: line {line + 1}, column {place + 1}: {ReasonOf(json)}";
        return error.Message;
    }

    /// <summary>Says it on standard error, if that is there to take it: one that is closed or full is no reason to crash.</summary>
    /// <param name="program">Its name, once, before the text.</param>
    /// <param name="text">One or more lines.</param>
    public static void Complain(string program, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        try
        {
            Console.Error.WriteLine($"{program}: {text}");
        }
        catch (Exception unheard) when (unheard is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            // the exit code says it too
        }
    }

    static string ReasonOf(JsonException json) => json.Message.IndexOf(" LineNumber:", StringComparison.Ordinal) is > 0 and var end ? json.Message[..end] : json.Message;
}
