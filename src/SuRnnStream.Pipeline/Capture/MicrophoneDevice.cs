namespace SuRnnStream;

/// <summary>A capture device that can be opened.</summary>
/// <param name="Name">What <see cref="MicrophoneOptions.Device"/> takes.</param>
/// <param name="Description">What people call it, one line.</param>
public readonly record struct MicrophoneDevice(string Name, string Description);
