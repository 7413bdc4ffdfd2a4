namespace SuRnnStream;

/// <summary>The options that the host runs by: those that were found valid last.</summary>
sealed class AcceptedOptions
{
    volatile SuRnnStreamOptions _current = new();

    public SuRnnStreamOptions Current
    {
        get => _current;
        set => _current = value;
    }
}
