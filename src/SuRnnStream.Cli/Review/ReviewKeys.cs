namespace SuRnnStream.Cli;

/// <summary>One key at a time: of the keyboard, without Enter, or of what is piped in.</summary>
sealed class ReviewKeys(Terminal terminal) : IDisposable
{
    readonly Stream? _piped = terminal.Screen is null || Console.IsInputRedirected ? terminal.OpenInput() : null;
    readonly byte[] _byte = new byte[1];

    /// <summary>True: somebody sits at a keyboard.</summary>
    public bool IsKeyboard => _piped is null;

    /// <summary>The next key in lower case, spaces and line ends left out. Null: there are no more.</summary>
    public async Task<char?> NextAsync(CancellationToken cancellation)
    {
        while (true)
        {
            char key;
            if (_piped is null)
            {
                while (!Console.KeyAvailable) await Task.Delay(TimeSpan.FromMilliseconds(30), TimeProvider.System, cancellation);
                key = Console.ReadKey(intercept: true).KeyChar;
            }
            else
            {
                if (await _piped.ReadAsync(_byte, cancellation) == 0) return null;
                key = (char)_byte[0];
            }
            if (!char.IsWhiteSpace(key) && key != '\0') return char.ToLowerInvariant(key);
        }
    }

    public void Dispose() => _piped?.Dispose();
}
