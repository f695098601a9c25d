"""Which functions of a plugin's entry can be called from outside."""


def find_function(module, name, modules):
    """The function of a name, or None."""
    return vars(module)[name] if name in function_names(module, modules) else None


def function_names(module, modules):
    """What `__all__` names; without it each public name that is bound to a function of the plugin's own."""
    scope = vars(module)
    listed = scope.get('__all__')
    names = list(scope) if listed is None else [name for name in listed if name in scope]
    return [name for name in names if callable(scope[name]) and (listed is not None or is_own(name, scope, modules))]


def is_own(name, scope, modules):
    """Neither private nor taken from a module that is not the plugin's."""
    origin = getattr(scope[name], '__module__', None)
    return not name.startswith('_') and (type(origin) is not str or modules.owns(origin))
