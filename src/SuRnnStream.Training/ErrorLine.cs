using System.Runtime.InteropServices;

namespace SuRnnStream.Training;

/// <summary>Errors that a user can mend, as one line each.</summary>
static class ErrorLine
{
    /// <summary>What to print for an error. Null: it is a bug and keeps its stack trace.</summary>
    public static string? Of(Exception error) => error switch
    {
        IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException => error.Message,
        // from TorchSharp, where it looks for libtorch
        TypeInitializationException when error.GetBaseException() is NotSupportedException or DllNotFoundException =>
            $"There is no libtorch {LibTorch.Version} here: {LibTorch.Remedy(RuntimeInformation.RuntimeIdentifier)}",
        _ => null,
    };
}
